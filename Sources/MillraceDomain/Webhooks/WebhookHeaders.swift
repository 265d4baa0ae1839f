/// Header fields that go with every call of an endpoint: names in lower case, values perhaps secret.
///
/// At most 20, with at most 8 KiB. The ones that frame a message, name a connection, or are ours to set are refused.
public struct WebhookHeaders: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The values by their names.
    public let values: [String: String]

    /// None.
    public static let none = WebhookHeaders(stored: [:])

    /// Checks names and values; names come out in lower case.
    ///
    /// - Throws: `FieldError` at the member's pointer.
    public init(_ values: [String: String]) throws(FieldError) {
        var checked: [String: String] = [:]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let pointer = "/" + JSONObject.escape(name)
            let key = name.lowercased()
            guard Self.isName(name) else {
                throw FieldError(pointer, .invalidFormat, "is not a name of a header field")
            }
            guard !Self.isForbidden(key) else { throw FieldError(pointer, .notSupported, "cannot be set") }
            guard Self.isValue(value) else {
                throw FieldError(pointer, .invalidFormat, "must be visible ASCII, spaces inside, at most 2048 bytes")
            }
            guard checked.updateValue(value, forKey: key) == nil else {
                throw FieldError(pointer, .invalidFormat, "is given twice")
            }
        }
        guard checked.count <= 20 else { throw FieldError("", .tooLarge, "must be at most 20") }
        guard checked.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) <= 8192 else {
            throw FieldError("", .tooLarge, "must have at most 8192 bytes together")
        }
        self.values = checked
    }

    /// Takes headers that were checked before they were stored.
    public init(stored values: [String: String]) {
        self.values = values
    }

    /// The names in order; values stay out of every text.
    public var names: [String] { values.keys.sorted() }
    /// The names alone.
    public var description: String { names.description }
    /// The names alone.
    public var debugDescription: String { names.description }

    private static let forbidden: Set = [
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "date", "expect", "host",
        "http2-settings", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "traceparent",
        "tracestate", "baggage", "via", "forwarded",
    ]

    private static func isForbidden(_ name: String) -> Bool {
        forbidden.contains(name)
            || ["proxy-", "webhook-", "millrace-", "x-forwarded-", "sec-"].contains { name.hasPrefix($0) }
    }

    /// A token (RFC 9110 section 5.6.2).
    private static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
            }
    }

    private static func isValue(_ text: String) -> Bool {
        (1...2048).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            && text.utf8.first != 0x20 && text.utf8.last != 0x20
    }
}
