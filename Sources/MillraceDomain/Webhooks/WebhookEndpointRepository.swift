/// Where endpoints are, seen by those who register them.
///
/// `owner` nil means any owner; what belongs to another is not found. Every method may throw `DomainError.unavailable`,
/// `.ambiguous` (writes) or `.failure` besides what it names. `updatedAt` strictly increases with every change.
public protocol WebhookEndpointRepository: AuditedPort {
    /// Stores a new endpoint with its first secret.
    ///
    /// - Throws: `DomainError.notFound(.user)`, `.conflict(.nameTaken)`, `.conflict(.limitReached)`.
    func create(
        _ id: WebhookEndpointID, owner: UserID, profile: WebhookEndpointProfile, secret: WebhookSecretID,
        key: WebhookKey
    ) async throws(DomainError) -> (endpoint: WebhookEndpoint, secret: WebhookSecret)

    /// The endpoint with this id.
    func find(_ id: WebhookEndpointID, owner: UserID?) async throws(DomainError) -> WebhookEndpoint?

    /// Endpoints, newest first.
    func list(endpointsOf owner: UserID?, page: PageRequest) async throws(DomainError) -> Page<WebhookEndpoint>

    /// Replaces the profile. Whatever had closed the endpoint or disabled it is forgotten.
    ///
    /// - Parameter version: the `updatedAt` that it must still have; nil for any.
    /// - Throws: `DomainError.notFound(.webhookEndpoint)`, `.stale`, `.conflict(.nameTaken)`.
    func update(
        _ id: WebhookEndpointID, owner: UserID?, profile: WebhookEndpointProfile, version: Timestamp?
    ) async throws(DomainError) -> WebhookEndpoint

    /// Removes the endpoint and its secrets.
    ///
    /// - Parameter version: the `updatedAt` that it must still have; nil for any.
    /// - Throws: `DomainError.notFound(.webhookEndpoint)`, `.stale`.
    func delete(_ id: WebhookEndpointID, owner: UserID?, version: Timestamp?) async throws(DomainError)

    /// The endpoint's secrets, newest first, expired ones too.
    ///
    /// - Throws: `DomainError.notFound(.webhookEndpoint)`.
    func secrets(of id: WebhookEndpointID, owner: UserID?) async throws(DomainError) -> [WebhookSecret]

    /// Adds a secret, which signs first from now on. The others sign for so long yet, unless they end sooner; expired
    /// ones are removed.
    ///
    /// - Throws: `DomainError.notFound(.webhookEndpoint)`, `.conflict(.limitReached)`.
    func addSecret(
        _ secret: WebhookSecretID, key: WebhookKey, to id: WebhookEndpointID, owner: UserID?,
        othersFor rest: Duration
    ) async throws(DomainError) -> WebhookSecret

    /// Removes a secret, unless it is the only one that signs.
    ///
    /// - Throws: `DomainError.notFound(.webhookEndpoint)`, `.notFound(.webhookSecret)`, `.conflict(.lastSecret)`.
    func removeSecret(
        _ secret: WebhookSecretID, of id: WebhookEndpointID, owner: UserID?
    ) async throws(DomainError)
}
