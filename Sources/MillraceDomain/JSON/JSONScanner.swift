/// Checks that bytes are one JSON document (RFC 8259, I-JSON of RFC 7493) in one pass, without building anything.
///
/// Refused beyond the grammar: duplicate members, lone surrogates, nesting past a limit. Numbers are checked for
/// their spelling only; their value is nobody's business until it is read.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maxDepth: Int
    private(set) var position: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int = 0, maxDepth: Int) {
        self.bytes = bytes
        self.position = position
        self.maxDepth = maxDepth
    }

    /// Steps over one byte, whatever it is.
    mutating func step() {
        position += 1
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func scanValue(depth: Int) throws(JSONError) {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "{"): try scanObject(depth: depth + 1)
        case UInt8(ascii: "["): try scanArray(depth: depth + 1)
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "t"): try scanWord("true")
        case UInt8(ascii: "f"): try scanWord("false")
        case UInt8(ascii: "n"): try scanWord("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func scanObject(depth: Int) throws(JSONError) {
        guard depth <= maxDepth else { throw error(.tooDeep) }
        var names = MemberNames()
        try scanItems(until: UInt8(ascii: "}")) { (scanner) throws(JSONError) in
            guard scanner.peek == UInt8(ascii: "\"") else { throw scanner.error(.unexpectedByte) }
            let start = scanner.position
            let hasEscapes = try scanner.scanString()
            let name = scanner.bytes[(start + 1)..<(scanner.position - 1)]
            guard names.insert(name, hasEscapes: hasEscapes) else {
                throw JSONError(reason: .duplicateMember, offset: start)
            }
            scanner.skipWhitespace()
            try scanner.expect(UInt8(ascii: ":"))
            scanner.skipWhitespace()
            try scanner.scanValue(depth: depth)
        }
    }

    private mutating func scanArray(depth: Int) throws(JSONError) {
        guard depth <= maxDepth else { throw error(.tooDeep) }
        try scanItems(until: UInt8(ascii: "]")) { (scanner) throws(JSONError) in
            try scanner.scanValue(depth: depth)
        }
    }

    private mutating func scanItems(
        until close: UInt8, _ scanItem: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        position += 1
        skipWhitespace()
        if peek == close {
            position += 1
            return
        }
        while true {
            try scanItem(&self)
            skipWhitespace()
            if peek == close {
                position += 1
                return
            }
            try expect(UInt8(ascii: ","))
            skipWhitespace()
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard let next = peek else { throw error(.unexpectedEnd) }
        guard next == byte else { throw error(.unexpectedByte) }
        position += 1
    }

    private mutating func scanWord(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[index]) }
    }

    private mutating func scanNumber() throws(JSONError) {
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try scanDigits() }
        if peek == UInt8(ascii: ".") {
            position += 1
            try scanDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try scanDigits()
        }
    }

    private mutating func scanDigits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error(.invalidNumber) }
    }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: position < bytes.count ? reason : .unexpectedEnd, offset: position)
    }
}

// MARK: Strings

extension JSONScanner {
    /// Scans a string from its opening to behind its closing quotation mark.
    ///
    /// - Returns: whether it holds escapes; without them its bytes are its text.
    mutating func scanString() throws(JSONError) -> Bool {
        position += 1
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case 0x00..<0x20:
                throw error(.controlCharacter)
            case 0x20..<0x80:
                position += 1
            default:
                try scanMultibyte(byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func scanEscape() throws(JSONError) {
        position += 1
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            let unit = try scanCodeUnit()
            if (0xDC00...0xDFFF).contains(unit) { throw error(.loneSurrogate) }
            guard (0xD800...0xDBFF).contains(unit) else { return }
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw error(.loneSurrogate) }
            position += 1
            guard (0xDC00...0xDFFF).contains(try scanCodeUnit()) else { throw error(.loneSurrogate) }
        default:
            throw error(.invalidEscape)
        }
    }

    private mutating func scanCodeUnit() throws(JSONError) -> UInt32 {
        position += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, bytes[position] < 0x80 else {
                throw error(.invalidEscape)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    /// Well-formed byte sequences of the Unicode Standard, table 3-7.
    private mutating func scanMultibyte(_ lead: UInt8) throws(JSONError) {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (count, second) = (1, 0x80...0xBF)
        case 0xE0: (count, second) = (2, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (count, second) = (2, 0x80...0xBF)
        case 0xED: (count, second) = (2, 0x80...0x9F)
        case 0xF0: (count, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (3, 0x80...0xBF)
        case 0xF4: (count, second) = (3, 0x80...0x8F)
        default: throw error(.invalidUTF8)
        }
        guard position + count < bytes.count else { throw error(.unexpectedEnd) }
        guard second.contains(bytes[position + 1]) else { throw error(.invalidUTF8) }
        for index in stride(from: 2, through: count, by: 1) {
            guard (0x80...0xBF).contains(bytes[position + index]) else { throw error(.invalidUTF8) }
        }
        position += count + 1
    }
}

/// The member names of one object seen so far: a short list is searched, a long one hashed.
private struct MemberNames {
    private var plain: [Slice<UnsafeBufferPointer<UInt8>>] = []
    /// Unescaped names as bytes: `String` would call canonically equivalent names equal, JSON does not.
    private var hashed: Set<[UInt8]> = []
    private static let longList = 12

    /// Adds a name; false when it is there already.
    mutating func insert(_ name: Slice<UnsafeBufferPointer<UInt8>>, hasEscapes: Bool) -> Bool {
        guard hashed.isEmpty, !hasEscapes, plain.count < Self.longList else { return insertHashed(name) }
        guard !plain.contains(where: { $0.elementsEqual(name) }) else { return false }
        plain.append(name)
        return true
    }

    private mutating func insertHashed(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        for earlier in plain { hashed.insert(Array(earlier)) }
        plain = []
        return hashed.insert(Array(JSONText.unescape(name).utf8)).inserted
    }
}
