/// Where tokens live, by their digests.
///
/// Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure` besides what it names.
public protocol TokenRepository: AuditedPort {
    /// Stores a token for a user. The same digest again is the same token: it is returned, not doubled.
    ///
    /// - Throws: `DomainError.notFound(.user)`.
    func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken

    /// Who bears the token with this digest, unless there is none or it has expired by the store's clock.
    func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer?

    /// The tokens of a user, newest first; expired ones too.
    func list(userID: UserID) async throws(DomainError) -> [APIToken]

    /// Removes a token of this user: it is refused from the next lookup on.
    ///
    /// - Throws: `DomainError.notFound(.token)`.
    func revoke(_ id: TokenID, userID: UserID) async throws(DomainError)
}

extension TokenRepository {
    /// The caller behind a digest, unless there is none or the token has expired by the store's clock.
    public func caller(for digest: TokenDigest) async throws(DomainError) -> Caller? {
        try await bearer(of: digest)?.caller
    }
}
