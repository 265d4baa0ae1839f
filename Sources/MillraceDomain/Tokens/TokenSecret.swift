import Crypto

/// A bearer token: `mr_` and 256 random bits in 43 characters of base64url (RFC 4648 section 5).
///
/// Only its digest is ever stored; the text exists at its creation and in the hands of its bearer.
public struct TokenSecret: Sendable {
    /// What the bearer sends. Never logged.
    public let text: String

    /// Takes what a bearer sent; nil when it cannot be a token: empty, longer than 512 bytes or not visible ASCII.
    public init?(bearer text: String) {
        guard (1...512).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    private init(text: String) {
        self.text = text
    }

    /// A new token from the system's secure source of randomness.
    public static func random() -> TokenSecret {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var generator = SystemRandomNumberGenerator()
        let random = (0..<4).map { _ in generator.next() }
        var characters = Array("mr_".utf8)
        for index in 0..<43 {
            var sextet = 0
            for bit in (index * 6)..<(index * 6 + 6) {
                let isSet = bit < 256 && random[bit / 64] >> UInt64(63 - bit % 64) & 1 == 1
                sextet = sextet << 1 | (isSet ? 1 : 0)
            }
            characters.append(alphabet[sextet])
        }
        return TokenSecret(text: String(decoding: characters, as: UTF8.self))
    }

    /// The SHA-256 digest under which the token is stored and looked up. Comparing digests in the index of a store
    /// tells an attacker nothing about a secret of 256 bits.
    public var digest: TokenDigest {
        TokenDigest(bytes: Array(SHA256.hash(data: Array(text.utf8))))
    }
}

/// The SHA-256 digest of a token.
public struct TokenDigest: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes 32 stored bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
