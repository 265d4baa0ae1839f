/// The name of a queue: `^[a-z][a-z0-9-]{0,62}$`.
public struct QueueName: Hashable, Sendable {
    /// The name as text.
    public let text: String

    /// Checks a name.
    ///
    /// - Throws: `FieldError` `invalid_format`.
    public init(_ text: String) throws(FieldError) {
        guard text.isWord(maxLength: 63, alsoAllowing: "-") else {
            throw FieldError("", .invalidFormat, "must match ^[a-z][a-z0-9-]{0,62}$")
        }
        self.text = text
    }

    /// Takes a name that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    /// The queue of jobs that name none.
    public static let `default` = QueueName(stored: "default")
}
