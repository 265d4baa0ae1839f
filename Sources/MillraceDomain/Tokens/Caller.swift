/// Who asks: the user of a token and what the token permits.
public struct Caller: Hashable, Sendable {
    /// The user to whom the token belongs.
    public let userID: UserID
    /// What the token permits.
    public let scopes: Set<Scope>
    /// The token; nil for one that is not ours.
    public let tokenID: TokenID?
    /// The request in which it asks; nil where there is none.
    public let requestID: String?

    /// Makes a caller.
    public init(userID: UserID, scopes: Set<Scope>, tokenID: TokenID? = nil, requestID: String? = nil) {
        self.userID = userID
        self.scopes = scopes
        self.tokenID = tokenID
        self.requestID = requestID
    }

    /// The same caller in a request.
    public func asking(in requestID: String) -> Caller {
        Caller(userID: userID, scopes: scopes, tokenID: tokenID, requestID: requestID)
    }

    /// What the audit says of changes that it asks for.
    public var note: AuditNote { AuditNote(.user(userID, token: tokenID), requestID: requestID) }

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
