/// A JSON document or a value inside one, checked, and kept exactly as it was sent: member order, white space and
/// the spelling of numbers included.
///
/// A value inside a document shares the document's bytes.
public struct JSONText: Sendable {
    /// How deeply a payload may nest. A document that wraps payloads is read with as many levels more as it wraps.
    public static let maxDepth = 64

    /// The kinds of value.
    public enum Kind: Sendable {
        case object, array, string, number, boolean, null
    }

    private let document: [UInt8]
    private let range: Range<Int>

    /// Checks `bytes` and keeps them.
    ///
    /// - Throws: `JSONError` with the first fault.
    public init(_ bytes: [UInt8], maxDepth: Int = Self.maxDepth) throws(JSONError) {
        let range = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var scanner = JSONScanner(buffer, maxDepth: maxDepth)
            scanner.skipWhitespace()
            let start = scanner.position
            try scanner.scanValue(depth: 0)
            let end = scanner.position
            scanner.skipWhitespace()
            guard scanner.position == buffer.count else {
                throw JSONError(reason: .trailingContent, offset: scanner.position)
            }
            return start..<end
        }
        self.init(document: bytes, range: range)
    }

    /// Checks the text and keeps it.
    public init(_ text: String) throws(JSONError) {
        try self.init(Array(text.utf8))
    }

    /// Takes text that was checked before it was stored.
    public init(stored text: String) {
        self.init(stored: Array(text.utf8))
    }

    /// Takes bytes that were checked before they were stored.
    public init(stored bytes: [UInt8]) {
        self.init(document: bytes, range: 0..<bytes.count)
    }

    private init(document: [UInt8], range: Range<Int>) {
        self.document = document
        self.range = range
    }

    /// The empty object, `{}`.
    public static let emptyObject = JSONText(stored: [UInt8(ascii: "{"), UInt8(ascii: "}")])

    /// The bytes as they were sent, in UTF-8.
    public var bytes: ArraySlice<UInt8> { document[range] }

    /// The text as it was sent.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What kind of value this is.
    public var kind: Kind {
        switch bytes.first {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }
}

extension JSONText: Hashable {
    /// Equal when spelt equally.
    public static func == (left: JSONText, right: JSONText) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

// MARK: Reading

extension JSONText {
    /// The members of an object in the order they were sent; nil for any other kind.
    public var members: [(name: String, value: JSONText)]? {
        guard kind == .object else { return nil }
        var members: [(name: String, value: JSONText)] = []
        walk { (scanner, buffer) throws(JSONError) in
            let start = scanner.position
            _ = try scanner.scanString()
            let name = Self.unescape(buffer[(start + 1)..<(scanner.position - 1)])
            scanner.skipWhitespace()
            scanner.step()
            scanner.skipWhitespace()
            members.append((name, try value(&scanner)))
        }
        return members
    }

    /// The elements of an array; nil for any other kind.
    public var elements: [JSONText]? {
        guard kind == .array else { return nil }
        var elements: [JSONText] = []
        walk { (scanner, _) throws(JSONError) in elements.append(try value(&scanner)) }
        return elements
    }

    /// The characters of a string, escapes resolved; nil for any other kind.
    public var string: String? {
        guard kind == .string else { return nil }
        return document.withUnsafeBufferPointer { buffer in
            Self.unescape(buffer[(range.lowerBound + 1)..<(range.upperBound - 1)])
        }
    }

    /// A number spelt as a whole number that fits 64 bits; nil for anything else.
    public var integer: Int64? { kind == .number ? Int64(text) : nil }

    /// A number whose value is whole and fits 64 bits, however it is spelt: `50`, `50.0`, `5e1` (JSON Schema 2020-12,
    /// section 6.1.1 of its validation); nil for anything else.
    public var wholeNumber: Int64? { integer ?? (kind == .number ? Self.whole(text) : nil) }

    /// A boolean; nil for any other kind.
    public var boolean: Bool? { kind == .boolean ? bytes.count == 4 : nil }

    /// Exponents and spellings past 64 are taken for what they nearly always are: numbers that do not fit.
    private static func whole(_ text: String) -> Int64? {
        let parts = text.split(maxSplits: 1) { $0 == "e" || $0 == "E" }
        guard text.utf8.count <= 64, let exponent = parts.count > 1 ? Int(parts[1]) : 0, (-64...64).contains(exponent)
        else { return nil }
        let sides = parts[0].split(separator: ".", maxSplits: 1)
        let fraction = sides.count > 1 ? sides[1] : ""
        var digits = sides[0] + fraction
        var scale = exponent - fraction.count
        if digits.allSatisfy({ $0 == "0" || $0 == "-" }) { return 0 }
        while scale < 0, digits.last == "0" {
            digits.removeLast()
            scale += 1
        }
        return scale < 0 ? nil : Int64(digits + String(repeating: "0", count: scale))
    }

    private func value(_ scanner: inout JSONScanner) throws(JSONError) -> JSONText {
        let start = scanner.position
        try scanner.scanValue(depth: 0)
        return JSONText(document: document, range: start..<scanner.position)
    }

    /// Calls `item` at each item between the brackets. The text was checked when it was made, so that a scan error
    /// can only mean the end.
    private func walk(
        _ item: (inout JSONScanner, UnsafeBufferPointer<UInt8>) throws(JSONError) -> Void
    ) {
        document.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer, from: range.lowerBound + 1, maxDepth: .max)
            while true {
                scanner.skipWhitespace()
                guard scanner.position < range.upperBound - 1 else { return }
                do { try item(&scanner, buffer) } catch { return }
                scanner.skipWhitespace()
                scanner.step()
            }
        }
    }

    /// Resolves the escapes of a checked string's inside.
    static func unescape(_ inside: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
        var units: [UInt16] = []
        var result = ""
        var index = inside.startIndex
        var plainStart = index
        func flush(upTo end: Int) {
            if plainStart < end { result += String(decoding: inside[plainStart..<end], as: UTF8.self) }
        }
        while index < inside.endIndex {
            guard inside[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            flush(upTo: index)
            units.removeAll(keepingCapacity: true)
            while index < inside.endIndex, inside[index] == UInt8(ascii: "\\") {
                units.append(escape(in: inside, at: &index))
            }
            result += String(decoding: units, as: UTF16.self)
            plainStart = index
        }
        flush(upTo: inside.endIndex)
        return result
    }

    private static func escape(in inside: Slice<UnsafeBufferPointer<UInt8>>, at index: inout Int) -> UInt16 {
        let letter = inside[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let unit = String(decoding: inside[index..<(index + 4)], as: UTF8.self)
            index += 4
            return UInt16(unit, radix: 16) ?? 0xFFFD
        default: return UInt16(letter)
        }
    }
}
