/// What the last characters of a token say of those before them, so that a mistyped one is told from a wrong one:
/// CRC-32 (ISO 3309, as in zip) in six digits of base 62.
enum TokenChecksum {
    /// How many digits: 62⁶ is more than 2³².
    static let length = 6

    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The digits for these bytes.
    static func of(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var rest = crc32(bytes)
        var text: [UInt8] = []
        for _ in 0..<length {
            text.append(digits[Int(rest % 62)])
            rest /= 62
        }
        return text.reversed()
    }

    /// The remainder for each value of a byte.
    private static let remainders: [UInt32] = (0..<256).map { value in
        (0..<8).reduce(UInt32(value)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }

    static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in sum >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    }
}
