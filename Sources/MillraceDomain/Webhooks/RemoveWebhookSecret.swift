/// Takes a secret from an endpoint.
public struct RemoveWebhookSecret: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// Removes the secret: it signs nothing any more.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.webhookEndpoint)`, `.notFound(.webhookSecret)`,
    ///   `.conflict(.lastSecret)`.
    public func callAsFunction(
        _ secret: WebhookSecretID, of id: WebhookEndpointID, by caller: Caller
    ) async throws(DomainError) {
        try caller.require(.jobsWrite)
        try await endpoints.audited(caller.note).removeSecret(secret, of: id, owner: caller.ownerFilter)
    }
}
