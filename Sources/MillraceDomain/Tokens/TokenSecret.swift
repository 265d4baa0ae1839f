import Crypto

/// A bearer token: `mr_`, 256 random bits in 43 characters of base64url (RFC 4648 section 5), and after another `_` the
/// checksum of all that. Those made before there was a checksum end with the random bits, and a bootstrap token may
/// look like anything.
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
        var characters = prefix
        for index in 0..<43 {
            var sextet = 0
            for bit in (index * 6)..<(index * 6 + 6) {
                let isSet = bit < 256 && random[bit / 64] >> UInt64(63 - bit % 64) & 1 == 1
                sextet = sextet << 1 | (isSet ? 1 : 0)
            }
            characters.append(alphabet[sextet])
        }
        characters += [separator] + TokenChecksum.of(characters)
        return TokenSecret(text: String(decoding: characters, as: UTF8.self))
    }

    private static let prefix = Array("mr_".utf8)
    private static let separator = UInt8(ascii: "_")

    /// Whether it has the form of a token that was made here, and was not: its checksum is another. There is nobody to
    /// look for then.
    public var isMistyped: Bool {
        let characters = text.utf8
        let checked = Self.prefix.count + 43
        guard characters.count == checked + 1 + TokenChecksum.length, characters.starts(with: Self.prefix),
            characters.dropFirst(checked).first == Self.separator
        else { return false }
        return !characters.suffix(TokenChecksum.length).elementsEqual(TokenChecksum.of(characters.prefix(checked)))
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
