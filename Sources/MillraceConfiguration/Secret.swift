/// A value that must not appear in logs, errors or dumps: it describes itself as `<redacted>`.
///
/// Whoever needs the value asks for ``reveal()``, so that every use can be found by name.
public struct Secret: Sendable, Equatable {
    private let value: String

    /// Wraps `value`, which is kept as it is.
    public init(_ value: String) {
        self.value = value
    }

    /// The value itself. Hand it to the one who needs it; never to a log or an error.
    public func reveal() -> String {
        value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { description }

    /// Empty, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
