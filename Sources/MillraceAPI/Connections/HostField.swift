/// The value of a `Host` field: a host and perhaps a port (RFC 3986 section 3.2.2).
enum HostField {
    /// Whether the value is a name, an address or an address in brackets, with or without a port.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...300).contains(bytes.count) else { return false }
        guard bytes[0] == UInt8(ascii: "[") else { return isName(bytes) }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
        return bytes[1..<end].allSatisfy(isInAddress) && isPort(bytes[(end + 1)...])
    }

    private static func isName(_ bytes: [UInt8]) -> Bool {
        let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        return end > 0 && bytes[..<end].allSatisfy(isInName) && isPort(bytes[end...])
    }

    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        return first == UInt8(ascii: ":") && bytes.count <= 6 && bytes.dropFirst().allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Unreserved, sub-delimiters but the comma, which joins fields, and percent-encoding.
    private static func isInName(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || "-._~!$&'()*+;=%".utf8.contains(byte)
    }

    private static func isInAddress(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || ":.".utf8.contains(byte)
    }
}
