import Crypto
import MillraceDomain

/// A place in one list, opaque to clients.
///
/// It carries a digest of the list's name and filters, so that it cannot be used to go on in another list. It is no
/// secret: whoever makes one up sees nothing but a part of what it may see anyway.
enum Cursor {
    private static let version: UInt8 = 1

    /// The text for a place in the list that `filter` describes.
    static func encode(_ position: PagePosition, filter: [String]) -> String {
        let time = UInt64(bitPattern: position.createdAt.microseconds)
        let timeBytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - $0 * 8)) }
        return Base64.encodeForURL([version] + timeBytes + position.id.bytes + digest(filter))
    }

    /// The place behind a text.
    ///
    /// - Throws: `FieldError` `invalid_format` for garbage, and for a cursor of another list or other filters.
    static func decode(_ text: String, filter: [String]) throws(FieldError) -> PagePosition {
        guard let bytes = Base64.decodeFromURL(text), bytes.count == 33, bytes[0] == version,
            let id = UniqueID(bytes: bytes[9..<25])
        else { throw FieldError("cursor", .invalidFormat, "must be a next_cursor of this list") }
        guard Array(bytes[25...]) == digest(filter) else {
            throw FieldError("cursor", .invalidFormat, "belongs to a list with other filters")
        }
        let time = bytes[1..<9].reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
        return PagePosition(createdAt: Timestamp(microseconds: Int64(bitPattern: time)), id: id)
    }

    private static func digest(_ filter: [String]) -> [UInt8] {
        var hash = SHA256()
        for part in filter {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        return Array(hash.finalize().prefix(8))
    }
}
