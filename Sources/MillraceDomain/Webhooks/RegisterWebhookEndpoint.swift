/// Registers a receiver of webhooks.
public struct RegisterWebhookEndpoint: Sendable {
    private let endpoints: any WebhookEndpointRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository, ids: any IDGenerator) {
        self.endpoints = endpoints
        self.ids = ids
    }

    /// Registers the endpoint for the caller; its first key is in the answer and nowhere else.
    ///
    /// - Throws: `DomainError.forbidden`, `.conflict(.nameTaken)`, `.conflict(.limitReached)`.
    public func callAsFunction(
        _ profile: WebhookEndpointProfile, by caller: Caller
    ) async throws(DomainError) -> (endpoint: WebhookEndpoint, secret: WebhookSecret, key: WebhookKey) {
        try caller.require(.jobsWrite)
        let key = WebhookKey.random()
        let made = try await endpoints.audited(caller.note).create(
            ids.next(), owner: caller.userID, profile: profile, secret: ids.next(), key: key)
        return (made.endpoint, made.secret, key)
    }
}
