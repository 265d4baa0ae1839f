/// What a job does: `^[a-z][a-z0-9._-]{0,127}$`.
public struct JobKind: Hashable, Sendable {
    /// The kind as text.
    public let text: String

    /// Checks a kind.
    ///
    /// - Throws: `FieldError` `invalid_format`.
    public init(_ text: String) throws(FieldError) {
        guard text.isWord(maxLength: 128, alsoAllowing: "._-") else {
            throw FieldError("", .invalidFormat, "must match ^[a-z][a-z0-9._-]{0,127}$")
        }
        self.text = text
    }

    /// Takes a kind that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }
}

extension String {
    /// Whether this is a lower-case letter followed by lower-case letters, digits and some `others`.
    func isWord(maxLength: Int, alsoAllowing others: String) -> Bool {
        guard (1...maxLength).contains(utf8.count), let first = utf8.first,
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        else { return false }
        return utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: others.utf8.contains(byte)
            }
        }
    }
}
