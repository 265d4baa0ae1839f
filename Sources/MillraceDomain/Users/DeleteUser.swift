/// Removes a user and its tokens.
public struct DeleteUser: Sendable {
    private let users: any UserRepository

    /// Makes the use case.
    public init(users: any UserRepository) {
        self.users = users
    }

    /// Removes the user.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.user)`, `.conflict(.hasLiveJobs)`.
    public func callAsFunction(_ id: UserID, by caller: Caller) async throws(DomainError) {
        try caller.require(.usersWrite)
        guard caller.mayTouch(id) else { throw .notFound(.user) }
        try await users.audited(caller.note).delete(id)
    }
}
