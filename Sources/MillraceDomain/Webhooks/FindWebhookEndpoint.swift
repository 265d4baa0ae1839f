/// Reads one endpoint.
public struct FindWebhookEndpoint: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// The endpoint with this id.
    ///
    /// - Parameter scope: what the caller needs: to read, or to change what it reads.
    /// - Throws: `DomainError.forbidden`; `.notFound(.webhookEndpoint)`, also for somebody else's.
    public func callAsFunction(
        _ id: WebhookEndpointID, to scope: Scope = .jobsRead, by caller: Caller
    ) async throws(DomainError) -> WebhookEndpoint {
        try caller.require(scope)
        guard let endpoint = try await endpoints.find(id, owner: caller.ownerFilter) else {
            throw .notFound(.webhookEndpoint)
        }
        return endpoint
    }
}
