/// Creates a user.
public struct CreateUser: Sendable {
    private let users: any UserRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(users: any UserRepository, ids: any IDGenerator) {
        self.users = users
        self.ids = ids
    }

    /// Creates the user that `profile` describes.
    ///
    /// - Throws: `DomainError.forbidden` unless the caller is an admin that may write users, `.conflict(.emailTaken)`.
    public func callAsFunction(_ profile: UserProfile, by caller: Caller) async throws(DomainError) -> User {
        try caller.require(.usersWrite)
        guard caller.isAdmin else { throw .forbidden(.admin) }
        return try await users.audited(caller.note).create(id: ids.next(), profile: profile)
    }

    /// Creates the user for a request that may be sent again, and keeps its reply with the user.
    ///
    /// - Throws: what the call without `keeping` throws; `DomainError.conflict(.idempotencyInFlight)`,
    ///   `.idempotencyMismatch`.
    public func callAsFunction(
        _ profile: UserProfile, by caller: Caller, keeping: ReplyKeeping<User>
    ) async throws(DomainError) -> RepeatableAnswer<User> {
        try caller.require(.usersWrite)
        guard caller.isAdmin else { throw .forbidden(.admin) }
        return try await users.audited(caller.note).create(id: ids.next(), profile: profile, keeping: keeping)
    }
}
