/// Base64 in its two alphabets (RFC 4648).
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The standard alphabet, padded (section 4): for bytes inside JSON.
    static func encode(_ bytes: [UInt8]) -> String {
        var characters = characters(bytes, standard)
        while characters.count % 4 != 0 { characters.append(UInt8(ascii: "=")) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The alphabet that is safe in targets and file names, unpadded (section 5).
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        String(decoding: characters(bytes, url), as: UTF8.self)
    }

    /// Reads what `encodeForURL` writes; nil for anything else, other spellings of the same bytes included.
    static func decodeFromURL(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let sextet = url.firstIndex(of: character) else { return nil }
            buffer = buffer << 6 | UInt32(sextet)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return encodeForURL(bytes) == text ? bytes : nil
    }

    private static func characters(_ bytes: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
        var characters: [UInt8] = []
        characters.reserveCapacity(bytes.count * 4 / 3 + 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in chunk { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - chunk.count))
            for place in 0...chunk.count {
                characters.append(alphabet[Int(word >> UInt32(18 - 6 * place) & 0x3F)])
            }
        }
        return characters
    }
}
