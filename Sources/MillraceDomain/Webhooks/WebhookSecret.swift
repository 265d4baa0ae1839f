/// A key that signs an endpoint's calls, as it may be shown: everything but the key.
public struct WebhookSecret: Hashable, Sendable {
    /// How many an endpoint may have at once.
    public static let limit = 5

    /// The identity.
    public let id: WebhookSecretID
    /// When it was made, by the store's clock.
    public let createdAt: Timestamp
    /// When it stops signing, by the store's clock; nil for never.
    public let expiresAt: Timestamp?

    /// Makes a secret of stored values.
    public init(id: WebhookSecretID, createdAt: Timestamp, expiresAt: Timestamp?) {
        self.id = id
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// The identity of a secret.
public typealias WebhookSecretID = Identifier<WebhookSecret>

/// A key that signs: 256 random bits. It must be kept as it is, because signing needs it; it is in no text.
public struct WebhookKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The key.
    public let bytes: [UInt8]

    /// Takes a stored key.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A new key from the system's secure source of randomness.
    public static func random() -> WebhookKey {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in generator.next() as UInt64 }
        return WebhookKey(bytes: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
    }

    /// Never the key.
    public var description: String { "(secret)" }
    /// Never the key.
    public var debugDescription: String { "(secret)" }
}
