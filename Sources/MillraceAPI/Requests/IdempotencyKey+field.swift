import HTTPTypes
import Hummingbird
import MillraceDomain

extension IdempotencyKey {
    /// Reads the field's value: a string of structured fields (RFC 8941 section 3.3.3), or its content alone, without
    /// quotes, spaces, commas and backslashes.
    ///
    /// - Throws: `FieldError` `invalid_format` or `too_long`.
    init(field value: String) throws(FieldError) {
        let value = HeaderElements.trim(value[...])
        guard value.utf8.first == UInt8(ascii: "\"") else {
            guard value.utf8.allSatisfy({ $0 > 0x20 && !Self.marks.contains($0) }) else { throw Self.malformed }
            try self.init(String(value))
            return
        }
        try self.init(Self.unquoted(value))
    }

    /// What only a quoted string may hold, and what joins several fields to one.
    private static let marks = Set("\",;\\".utf8)

    private static let malformed = FieldError("", .invalidFormat, "must be one string, in quotes or without any")

    private static func unquoted(_ value: Substring) throws(FieldError) -> String {
        var content: [UInt8] = []
        var bytes = value.utf8.dropFirst().makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "\""):
                guard bytes.next() == nil else { throw malformed }
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = bytes.next(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { throw malformed }
                content.append(escaped)
            default:
                content.append(byte)
            }
        }
        throw malformed
    }
}

extension Call {
    /// The request as one that may be sent again; nil when the client has given it no name.
    ///
    /// - Throws: `DomainError.invalid` for a name that cannot be read.
    func idempotent(_ json: JSONText, by caller: Caller) throws(DomainError) -> IdempotentRequest? {
        guard let key = try idempotencyKey() else { return nil }
        return IdempotentRequest(
            ownerID: caller.userID, route: "\(request.method.rawValue) \(target.path)", key: key,
            variant: target.query.map(String.init) ?? "", body: json.bytes)
    }

    /// The name that the client has given the request.
    func idempotencyKey() throws(DomainError) -> IdempotencyKey? {
        guard let field = request.headers[.idempotencyKey] else { return nil }
        do { return try IdempotencyKey(field: field) } catch { throw .invalid([error.under("Idempotency-Key")]) }
    }
}
