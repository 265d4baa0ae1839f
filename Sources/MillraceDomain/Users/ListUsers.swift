/// Lists users, newest first.
public struct ListUsers: Sendable {
    private let users: any UserRepository

    /// Makes the use case.
    public init(users: any UserRepository) {
        self.users = users
    }

    /// One page of the users that the caller may see: all for an admin, itself for anybody else.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        email: EmailAddress?, page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<User> {
        try caller.require(.usersRead)
        return try await users.list(onlyID: caller.ownerFilter, email: email, page: page)
    }
}
