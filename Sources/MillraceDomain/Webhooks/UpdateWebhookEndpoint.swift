/// Changes an endpoint.
public struct UpdateWebhookEndpoint: Sendable {
    private let endpoints: any WebhookEndpointRepository

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository) {
        self.endpoints = endpoints
    }

    /// Replaces the profile; whatever had closed or disabled the endpoint is forgotten.
    ///
    /// - Parameter version: the `updatedAt` that the caller has seen; nil when it does not care.
    /// - Throws: `DomainError.forbidden`, `.notFound(.webhookEndpoint)`, `.stale`, `.conflict(.nameTaken)`.
    public func callAsFunction(
        _ id: WebhookEndpointID, profile: WebhookEndpointProfile, version: Timestamp?, by caller: Caller
    ) async throws(DomainError) -> WebhookEndpoint {
        try caller.require(.jobsWrite)
        return try await endpoints.audited(caller.note).update(
            id, owner: caller.ownerFilter, profile: profile, version: version)
    }
}
