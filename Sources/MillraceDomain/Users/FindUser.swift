/// Reads one user.
public struct FindUser: Sendable {
    private let users: any UserRepository

    /// Makes the use case.
    public init(users: any UserRepository) {
        self.users = users
    }

    /// The user with this id.
    ///
    /// - Throws: `DomainError.forbidden`; `.notFound(.user)`, also for somebody else's record.
    public func callAsFunction(_ id: UserID, by caller: Caller) async throws(DomainError) -> User {
        try caller.require(.usersRead)
        guard caller.mayTouch(id), let user = try await users.find(id) else { throw .notFound(.user) }
        return user
    }
}
