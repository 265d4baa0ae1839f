public import MillraceDomain

/// Registered endpoints in Postgres, for those who register them.
public struct PostgresWebhookEndpointRepository: WebhookEndpointRepository {
    let client: PostgresClient
    let clock: (any WallClock)?
    var trail: AuditTrail

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
        trail = AuditTrail(clock: clock)
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.trail.note = note
        return copy
    }

    public func create(
        _ id: WebhookEndpointID, owner: UserID, profile: WebhookEndpointProfile, secret: WebhookSecretID,
        key: WebhookKey
    ) async throws(DomainError) -> (endpoint: WebhookEndpoint, secret: WebhookSecret) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                guard let number = try await transaction.first(WebhookStatements.lockOwner, { $0.append(owner) }) else {
                    throw DomainError.notFound(.user)
                }
                guard number < WebhookEndpoint.limit else { throw DomainError.conflict(.limitReached) }
                let created = try await transaction.first(WebhookStatements.create) {
                    $0.append(id)
                    $0.append(owner)
                    $0.append(profile)
                    $0.append(clock?.now())
                }
                guard let created else { throw DomainError.failure }
                try await trail.write(.webhookEndpointCreate, .webhookEndpoint, [id], in: transaction)
                return (created, try await add(secret, key, to: id, in: transaction))
            }
        }
    }

    public func find(_ id: WebhookEndpointID, owner: UserID?) async throws(DomainError) -> WebhookEndpoint? {
        try await client.inDomain(.read) {
            try await client.first(WebhookStatements.find) {
                $0.append(id)
                $0.append(owner)
            }
        }
    }

    public func list(
        endpointsOf owner: UserID?, page: PageRequest
    ) async throws(DomainError) -> Page<WebhookEndpoint> {
        try await client.inDomain(.read) {
            let endpoints = try await client.rows(WebhookStatements.list) {
                $0.append(owner)
                $0.append(page: page)
            }
            return page.page(of: endpoints) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    public func update(
        _ id: WebhookEndpointID, owner: UserID?, profile: WebhookEndpointProfile, version: Timestamp?
    ) async throws(DomainError) -> WebhookEndpoint {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                _ = try await lock(id, owner, version, in: transaction)
                let updated = try await transaction.first(WebhookStatements.update) {
                    $0.append(id)
                    $0.append(profile)
                    $0.append(clock?.now())
                }
                guard let updated else { throw DomainError.failure }
                try await trail.write(.webhookEndpointUpdate, .webhookEndpoint, [id], in: transaction)
                return updated
            }
        }
    }

    public func delete(_ id: WebhookEndpointID, owner: UserID?, version: Timestamp?) async throws(DomainError) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                _ = try await lock(id, owner, version, in: transaction)
                try await transaction.execute(WebhookStatements.delete) { $0.append(id) }
                try await trail.write(.webhookEndpointDelete, .webhookEndpoint, [id], in: transaction)
            }
        }
    }

    /// The endpoint, which nobody else changes until the commit.
    func lock(
        _ id: WebhookEndpointID, _ owner: UserID?, _ version: Timestamp? = nil, in transaction: PostgresTransaction
    ) async throws -> WebhookEndpoint {
        let found = try await transaction.first(WebhookStatements.lock) {
            $0.append(id)
            $0.append(owner)
        }
        guard let found else { throw DomainError.notFound(.webhookEndpoint) }
        guard version == nil || version == found.updatedAt else { throw DomainError.stale }
        return found
    }
}

extension Parameters {
    fileprivate mutating func append(_ profile: WebhookEndpointProfile) {
        let names = profile.headers.names
        append(profile.name.text)
        append(profile.url.text)
        append(array: names)
        append(array: names.map { profile.headers.values[$0] ?? "" })
        append(Int32(clamping: profile.concurrency))
        append(profile.rate.map { Int32(clamping: $0) })
        append(profile.isEnabled)
    }
}
