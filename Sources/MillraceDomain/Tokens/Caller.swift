/// Who asks: the user of a token and what the token permits.
public struct Caller: Hashable, Sendable {
    /// The user to whom the token belongs.
    public let userID: UserID
    /// What the token permits.
    public let scopes: Set<Scope>

    /// Makes a caller.
    public init(userID: UserID, scopes: Set<Scope>) {
        self.userID = userID
        self.scopes = scopes
    }

    /// Whether the caller sees and touches every owner's resources.
    public var isAdmin: Bool { scopes.contains(.admin) }

    /// The only owner whose resources the caller sees; nil for all.
    public var ownerFilter: UserID? { isAdmin ? nil : userID }

    /// Whether resources of `owner` exist for this caller.
    public func mayTouch(_ owner: UserID) -> Bool { isAdmin || owner == userID }

    /// Passes when the token has the scope.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func require(_ scope: Scope) throws(DomainError) {
        guard isAdmin || scopes.contains(scope) else { throw .forbidden(scope) }
    }
}
