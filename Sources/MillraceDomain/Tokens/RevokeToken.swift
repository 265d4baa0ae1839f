/// Takes a token back.
public struct RevokeToken: Sendable {
    private let tokens: any TokenRepository

    /// Makes the use case.
    public init(tokens: any TokenRepository) {
        self.tokens = tokens
    }

    /// Revokes a token of a user.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.token)`.
    public func callAsFunction(_ id: TokenID, of userID: UserID, by caller: Caller) async throws(DomainError) {
        try caller.require(.usersWrite)
        guard caller.mayTouch(userID) else { throw .notFound(.token) }
        try await tokens.audited(caller.note).revoke(id, userID: userID)
    }
}
