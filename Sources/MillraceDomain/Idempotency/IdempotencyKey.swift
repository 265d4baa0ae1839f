/// The name that a client gives a request so that it may send it again: 1–255 printable ASCII characters.
public struct IdempotencyKey: Hashable, Sendable {
    /// The name.
    public let text: String

    /// Checks the name.
    ///
    /// - Throws: `FieldError` `invalid_format` or `too_long`.
    public init(_ text: String) throws(FieldError) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw FieldError("", .invalidFormat, "must have printable ASCII characters, one at least")
        }
        guard text.utf8.count <= 255 else { throw FieldError("", .tooLong, "must have at most 255 characters") }
        self.text = text
    }
}
