/// Changes a user.
public struct UpdateUser: Sendable {
    private let users: any UserRepository

    /// Makes the use case.
    public init(users: any UserRepository) {
        self.users = users
    }

    /// Replaces the profile of a user.
    ///
    /// - Parameter version: the `updatedAt` the caller has seen; nil when it does not care.
    /// - Throws: `DomainError.forbidden`, `.notFound(.user)`, `.stale`, `.conflict(.emailTaken)`.
    public func callAsFunction(
        _ id: UserID, profile: UserProfile, version: Timestamp?, by caller: Caller
    ) async throws(DomainError) -> User {
        try caller.require(.usersWrite)
        guard caller.mayTouch(id) else { throw .notFound(.user) }
        return try await users.audited(caller.note).update(id, profile: profile, version: version)
    }
}
