/// A token as it may be shown: everything but its secret.
public struct APIToken: Hashable, Sendable {
    /// The identity.
    public let id: TokenID
    /// The user to whom it belongs.
    public let userID: UserID
    /// What its maker calls it, 1–200 characters.
    public let name: UserName
    /// What it permits.
    public let scopes: Set<Scope>
    /// When it was made, by the store's clock.
    public let createdAt: Timestamp
    /// When it stops being valid, by the store's clock; nil for never.
    public let expiresAt: Timestamp?

    /// Makes a token of stored values.
    public init(
        id: TokenID, userID: UserID, name: UserName, scopes: Set<Scope>, createdAt: Timestamp, expiresAt: Timestamp?
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// The identity of a token.
public typealias TokenID = Identifier<APIToken>

/// What is asked for when a token is made.
public struct TokenRequest: Hashable, Sendable {
    /// What to call it.
    public let name: UserName
    /// What it shall permit; never empty.
    public let scopes: Set<Scope>
    /// When it shall stop being valid.
    public let expiresAt: Timestamp?

    /// Makes a request.
    ///
    /// - Throws: `FieldError` `missing` for no scope at all.
    public init(name: UserName, scopes: Set<Scope>, expiresAt: Timestamp?) throws(FieldError) {
        guard !scopes.isEmpty else { throw FieldError("/scopes", .missing, "must name at least one scope") }
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}
