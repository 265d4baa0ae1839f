/// Makes sure that a user with an address exists, for the processes that need one of their own.
public struct EnsureUser: Sendable {
    private let users: any UserRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(users: any UserRepository, ids: any IDGenerator) {
        self.users = users
        self.ids = ids
    }

    /// The user with the profile's address, created with its name if there is none. Safe on many nodes at once.
    public func callAsFunction(_ profile: UserProfile) async throws(DomainError) -> User {
        if let user = try await users.find(email: profile.email) { return user }
        do {
            return try await users.create(id: ids.next(), profile: profile)
        } catch .conflict(.emailTaken) {
            guard let user = try await users.find(email: profile.email) else { throw .unavailable }
            return user
        }
    }
}

extension UserProfile {
    /// The user who owns the jobs of records that name nobody.
    public static func ingestOwner(_ email: EmailAddress) -> UserProfile {
        UserProfile(email: email, name: UserName(stored: "Kafka ingest"))
    }
}
