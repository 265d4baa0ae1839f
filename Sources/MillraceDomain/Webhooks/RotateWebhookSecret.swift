/// Gives an endpoint a new secret.
public struct RotateWebhookSecret: Sendable {
    /// How long the others go on signing, in seconds, unless the caller says otherwise: a day.
    public static let standardRest: Int64 = 86_400
    /// How long they may: 30 days.
    public static let rests: ClosedRange<Int64> = 0...2_592_000

    private let endpoints: any WebhookEndpointRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(endpoints: any WebhookEndpointRepository, ids: any IDGenerator) {
        self.endpoints = endpoints
        self.ids = ids
    }

    /// Makes the secret, which signs first from now on; its key is in the answer and nowhere else.
    ///
    /// - Parameter rest: how long the others sign as well.
    /// - Throws: `DomainError.forbidden`, `.notFound(.webhookEndpoint)`, `.conflict(.limitReached)`.
    public func callAsFunction(
        of id: WebhookEndpointID, othersFor rest: Duration, by caller: Caller
    ) async throws(DomainError) -> (secret: WebhookSecret, key: WebhookKey) {
        try caller.require(.jobsWrite)
        let key = WebhookKey.random()
        let secret = try await endpoints.audited(caller.note).addSecret(
            ids.next(), key: key, to: id, owner: caller.ownerFilter, othersFor: rest)
        return (secret, key)
    }
}
