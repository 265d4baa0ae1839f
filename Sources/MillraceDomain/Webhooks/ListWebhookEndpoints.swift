/// Lists endpoints, newest first.
public struct ListWebhookEndpoints: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// One page of the endpoints that the caller may see: all for an admin, its own for anybody else.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<WebhookEndpoint> {
        try caller.require(.jobsRead)
        return try await endpoints.list(endpointsOf: caller.ownerFilter, page: page)
    }
}
