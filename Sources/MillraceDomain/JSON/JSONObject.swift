/// Takes known members out of an object from outside, collecting every fault instead of stopping at the first.
///
/// A `null` member counts as absent, but for `takeAny`.
public struct JSONObject {
    private var members: [String: JSONText]
    private let pointer: String
    /// The faults found so far, in the order they were found.
    public private(set) var faults: [FieldError] = []

    /// Opens `json`, which stands at `pointer` in its document.
    ///
    /// - Throws: `FieldError` `wrong_type` when it is not an object.
    public init(_ json: JSONText, at pointer: String = "") throws(FieldError) {
        guard let members = json.members else {
            throw FieldError(pointer, .wrongType, "must be an object")
        }
        self.members = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.pointer = pointer
    }

    /// Takes a member as it is.
    public mutating func take(_ name: String) -> JSONText? {
        guard let value = members.removeValue(forKey: name), value.kind != .null else { return nil }
        return value
    }

    /// Takes a member as it is, where `null` is a value like any other.
    public mutating func takeAny(_ name: String) -> JSONText? {
        members.removeValue(forKey: name)
    }

    /// Takes a member and reads it; what `read` throws is kept as a fault at that member, and so is its nil, as a
    /// wrong type that should have been `expected`.
    public mutating func take<Value>(
        _ name: String, _ expected: String, _ read: (JSONText) throws(FieldError) -> Value?
    ) -> Value? {
        guard let json = take(name) else { return nil }
        do {
            if let value = try read(json) { return value }
            report(FieldError("/" + Self.escape(name), .wrongType, "must be \(expected)"))
        } catch {
            report(error.under("/" + Self.escape(name)))
        }
        return nil
    }

    /// Takes a string and makes a value of it.
    public mutating func takeString<Value>(
        _ name: String, _ make: (String) throws(FieldError) -> Value
    ) -> Value? {
        take(name, "a string") { (json) throws(FieldError) in
            guard let string = json.string else { return nil }
            return try make(string)
        }
    }

    /// Takes a whole number within `range`, however it is spelt.
    public mutating func takeInteger(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        take(name, "a whole number") { (json) throws(FieldError) in
            guard let number = json.wholeNumber else { return nil }
            guard range.contains(number) else {
                throw FieldError("", .outOfRange, "must be between \(range.lowerBound) and \(range.upperBound)")
            }
            return number
        }
    }

    /// Takes an RFC 3339 time.
    public mutating func takeTime(_ name: String) -> Timestamp? {
        takeString(name) { (text) throws(FieldError) in
            guard let time = Timestamp(text) else {
                throw FieldError("", .invalidFormat, "must be an RFC 3339 time")
            }
            return time
        }
    }

    /// Adds a fault whose pointer is relative to this object.
    public mutating func report(_ fault: FieldError) {
        faults.append(fault.under(pointer))
    }

    /// Notes that a required member is absent, unless it was there and faulty.
    public mutating func require<Value>(_ value: Value?, _ name: String) {
        guard value == nil, !faults.contains(where: { $0.pointer.hasPrefix("\(pointer)/\(name)") }) else { return }
        report(FieldError("/\(name)", .missing, "is required"))
    }

    /// Every member not taken is unknown.
    ///
    /// - Throws: `DomainError.invalid` with all faults, if there is any.
    public mutating func finish() throws(DomainError) {
        reportUnknown()
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    /// Like `finish` for an object that is itself a member.
    ///
    /// - Throws: the first fault.
    public mutating func finishAsMember() throws(FieldError) {
        reportUnknown()
        if let first = faults.first { throw first }
    }

    private mutating func reportUnknown() {
        for name in members.keys.sorted() {
            report(FieldError("/" + Self.escape(name), .unknownMember, "is not known here"))
        }
    }

    /// One reference token of a JSON Pointer (RFC 6901 section 3).
    static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
