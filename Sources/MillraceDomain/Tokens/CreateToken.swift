/// Makes a token for a user.
public struct CreateToken: Sendable {
    private let tokens: any TokenRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(tokens: any TokenRepository, ids: any IDGenerator) {
        self.tokens = tokens
        self.ids = ids
    }

    /// Makes the token; its secret is in the answer and nowhere else. Nobody can give away more than they have.
    ///
    /// - Throws: `DomainError.forbidden` when the caller lacks one of the scopes, `.notFound(.user)`.
    public func callAsFunction(
        _ request: TokenRequest, for userID: UserID, by caller: Caller
    ) async throws(DomainError) -> (token: APIToken, secret: TokenSecret) {
        try caller.require(.usersWrite)
        guard caller.mayTouch(userID) else { throw .notFound(.user) }
        for scope in request.scopes.sorted(by: { $0.rawValue < $1.rawValue }) { try caller.require(scope) }
        let secret = TokenSecret.random()
        let token = try await tokens.audited(caller.note).create(
            id: ids.next(), userID: userID, request: request, digest: secret.digest)
        return (token, secret)
    }
}
