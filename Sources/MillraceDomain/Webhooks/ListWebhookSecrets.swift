/// Lists the secrets of an endpoint, without their keys.
public struct ListWebhookSecrets: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// The secrets, newest first.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.webhookEndpoint)`.
    public func callAsFunction(
        of id: WebhookEndpointID, by caller: Caller
    ) async throws(DomainError) -> [WebhookSecret] {
        try caller.require(.jobsRead)
        return try await endpoints.secrets(of: id, owner: caller.ownerFilter)
    }
}
