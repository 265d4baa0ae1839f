public import MillraceDomain

/// Registered endpoints in Postgres, for those who call them.
public struct PostgresWebhookDirectory: WebhookDirectory {
    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func routes(
        to endpoints: Set<WebhookEndpointReference>
    ) async throws(DomainError) -> [WebhookEndpointReference: WebhookRoute] {
        guard !endpoints.isEmpty else { return [:] }
        let asked = Array(endpoints)
        return try await client.inDomain(.read) {
            let found = try await client.rows(WebhookRouteStatements.routes) {
                $0.append(optionals: asked.map(\.id))
                $0.append(optionals: asked.map(\.owner))
                $0.append(optionals: asked.map(\.name))
                $0.append(clock?.now())
            }
            return Dictionary(found.map { place, route in (asked[Int(place) - 1], route) }) { first, _ in first }
        }
    }

    public func close(_ id: WebhookEndpointID, for duration: Duration) async throws(DomainError) {
        _ = try await client.inDomain(.write) {
            try await client.execute(WebhookRouteStatements.close) {
                $0.append(id)
                $0.append(duration.microseconds)
                $0.append(clock?.now())
            }
        }
    }

    public func disable(
        _ id: WebhookEndpointID, calledAt url: String, reason: String
    ) async throws(DomainError) -> Bool {
        let trail = AuditTrail(clock: clock, note: .webhooks)
        return try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let disabled = try await transaction.execute(WebhookRouteStatements.disable) {
                    $0.append(id)
                    $0.append(url)
                    $0.append(reason)
                    $0.append(clock?.now())
                }
                if disabled > 0 {
                    try await trail.write(.webhookEndpointDisable, .webhookEndpoint, [id], in: transaction)
                }
                return disabled > 0
            }
        }
    }
}

extension WebhookEndpointReference {
    fileprivate var id: WebhookEndpointID? { if case .id(let id) = self { id } else { nil } }
    fileprivate var owner: UserID? { if case .named(_, let owner) = self { owner } else { nil } }
    fileprivate var name: String? { if case .named(let name, _) = self { name.text } else { nil } }
}
