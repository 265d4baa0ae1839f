/// What a user is called: 1–200 characters, none of them a control character.
public struct UserName: Hashable, Sendable {
    /// The name as given.
    public let text: String

    /// Checks a name.
    ///
    /// - Throws: `FieldError` `out_of_range` or `invalid_format`.
    public init(_ text: String) throws(FieldError) {
        guard (1...200).contains(text.unicodeScalars.count) else {
            throw FieldError("", .outOfRange, "must have 1 to 200 characters")
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw FieldError("", .invalidFormat, "must not hold control characters")
        }
        self.text = text
    }

    /// Takes a name that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }
}
