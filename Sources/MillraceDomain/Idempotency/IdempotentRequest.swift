import Crypto

/// A request that its client may send again, and what it asks for.
public struct IdempotentRequest: Hashable, Sendable {
    /// What tells one request from another.
    public struct Name: Hashable, Sendable {
        /// Whose token it bears.
        public let ownerID: UserID
        /// What is done.
        public let route: String
        /// The client's name for it.
        public let key: IdempotencyKey
    }

    /// Which request it is.
    public let name: Name
    /// The SHA-256 digest of what it asks for: the same name with another one is a mistake of the client's.
    public let digest: [UInt8]

    /// Names a request.
    ///
    /// - Parameters:
    ///   - variant: what tells besides the body what is asked for.
    ///   - body: the body as it was sent.
    public init(ownerID: UserID, route: String, key: IdempotencyKey, variant: String = "", body: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: Array(variant.utf8) + [0])
        hash.update(data: Array(body))
        name = Name(ownerID: ownerID, route: route, key: key)
        digest = Array(hash.finalize())
    }
}
