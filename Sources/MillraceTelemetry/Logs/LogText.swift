/// Escaping shared by both line formats: nothing that a logged value contains can end a line,
/// forge a field or drive a terminal.
enum LogText {
    /// The longest value kept, in UTF-8 bytes; longer ones are cut and marked.
    static let maxValueBytes = 16 * 1024
    private static let trimMark = "…[trimmed]"

    /// Appends `text` in double quotes, escaped as RFC 8259 wants.
    ///
    /// Control characters (C0, DEL, C1) and the separators U+2028 and U+2029 are escaped too.
    static func appendQuoted(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        if text.utf8.count > maxValueBytes {
            appendEscaped(trimmed(text), to: &line)
        } else {
            appendEscaped(text, to: &line)
        }
        line.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ text: String, to line: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: line.append(contentsOf: #"\""#.utf8)
            case 0x5C: line.append(contentsOf: #"\\"#.utf8)
            case 0x0A: line.append(contentsOf: #"\n"#.utf8)
            case 0x0D: line.append(contentsOf: #"\r"#.utf8)
            case 0x09: line.append(contentsOf: #"\t"#.utf8)
            case 0x00..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: appendUnicodeEscape(scalar.value, to: &line)
            case 0x20..<0x7F: line.append(UInt8(truncatingIfNeeded: scalar.value))
            default: line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    private static func appendUnicodeEscape(_ value: UInt32, to line: inout [UInt8]) {
        line.append(contentsOf: #"\u"#.utf8)
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(value >> shift & 0xF)
            line.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func trimmed(_ text: String) -> String {
        var end = text.utf8.index(text.startIndex, offsetBy: maxValueBytes)
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return text[..<end] + trimMark
    }
}
