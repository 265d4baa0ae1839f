/// Removes an endpoint and its secrets.
public struct RemoveWebhookEndpoint: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// Removes it. Jobs that would have gone there die.
    ///
    /// - Parameter version: the `updatedAt` that the caller has seen; nil when it does not care.
    /// - Throws: `DomainError.forbidden`, `.notFound(.webhookEndpoint)`, `.stale`.
    public func callAsFunction(
        _ id: WebhookEndpointID, version: Timestamp?, by caller: Caller
    ) async throws(DomainError) {
        try caller.require(.jobsWrite)
        try await endpoints.audited(caller.note).delete(id, owner: caller.ownerFilter, version: version)
    }
}
