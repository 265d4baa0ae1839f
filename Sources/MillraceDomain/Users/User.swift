/// Somebody who owns jobs.
public struct User: Hashable, Sendable {
    /// The identity.
    public let id: UserID
    /// The address, unique without regard to case.
    public let email: EmailAddress
    /// What the user is called.
    public let name: UserName
    /// When the user was created, by the store's clock.
    public let createdAt: Timestamp
    /// When the user last changed, by the store's clock; also the version that a conditional update names.
    public let updatedAt: Timestamp

    /// Makes a user of stored values.
    public init(id: UserID, email: EmailAddress, name: UserName, createdAt: Timestamp, updatedAt: Timestamp) {
        self.id = id
        self.email = email
        self.name = name
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// The identity of a user.
public typealias UserID = Identifier<User>

/// What a caller says of a user.
public struct UserProfile: Hashable, Sendable {
    /// The address.
    public let email: EmailAddress
    /// The name.
    public let name: UserName

    /// Makes a profile.
    public init(email: EmailAddress, name: UserName) {
        self.email = email
        self.name = name
    }
}
