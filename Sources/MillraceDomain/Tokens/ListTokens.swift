/// Lists the tokens of a user, without their secrets.
public struct ListTokens: Sendable {
    private let users: any UserRepository
    private let tokens: any TokenRepository

    /// Makes the use case.
    public init(users: any UserRepository, tokens: any TokenRepository) {
        self.users = users
        self.tokens = tokens
    }

    /// The tokens, newest first.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.user)`.
    public func callAsFunction(of userID: UserID, by caller: Caller) async throws(DomainError) -> [APIToken] {
        try caller.require(.usersRead)
        guard caller.mayTouch(userID), try await users.find(userID) != nil else { throw .notFound(.user) }
        return try await tokens.list(userID: userID)
    }
}
