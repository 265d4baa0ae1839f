/// Where users live.
///
/// Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure` besides what it names.
public protocol UserRepository: AuditedPort {
    /// Stores a new user with the store's time as both of its instants.
    ///
    /// - Throws: `DomainError.conflict(.emailTaken)` when another user has the address in any case.
    func create(id: UserID, profile: UserProfile) async throws(DomainError) -> User

    /// Stores a new user for a request that may be sent again; its reply is kept in the same transaction.
    ///
    /// - Returns: the user, or the reply of the last 24 hours when the same request came before.
    /// - Throws: what `create(id:profile:)` throws; `DomainError.conflict(.idempotencyInFlight)` while the same request
    ///   is being done; `.idempotencyMismatch` when it asked for something else before.
    func create(
        id: UserID, profile: UserProfile, keeping: ReplyKeeping<User>
    ) async throws(DomainError) -> RepeatableAnswer<User>

    /// The user with this id.
    func find(_ id: UserID) async throws(DomainError) -> User?

    /// The user with this address, in any case.
    func find(email: EmailAddress) async throws(DomainError) -> User?

    /// Users, newest first; `onlyID` restricts the list to that one user.
    func list(onlyID: UserID?, email: EmailAddress?, page: PageRequest) async throws(DomainError) -> Page<User>

    /// Replaces the profile; `updatedAt` strictly increases.
    ///
    /// - Parameter version: the `updatedAt` that the user must still have; nil for any.
    /// - Throws: `DomainError.notFound(.user)`, `.stale` when the version differs, `.conflict(.emailTaken)`.
    func update(_ id: UserID, profile: UserProfile, version: Timestamp?) async throws(DomainError) -> User

    /// Removes the user and its tokens. Safe against a job being accepted for the user at the same moment.
    ///
    /// - Throws: `DomainError.notFound(.user)`, `.conflict(.hasLiveJobs)` while a job of the user is not terminal.
    func delete(_ id: UserID) async throws(DomainError)
}

/// What an upsert did.
public struct UpsertCounts: Hashable, Sendable {
    /// Users that are new.
    public var created: Int
    /// Users that have another name now.
    public var updated: Int
    /// Users that were so already.
    public var unchanged: Int

    /// Makes the counts.
    public init(created: Int = 0, updated: Int = 0, unchanged: Int = 0) {
        self.created = created
        self.updated = updated
        self.unchanged = unchanged
    }
}
