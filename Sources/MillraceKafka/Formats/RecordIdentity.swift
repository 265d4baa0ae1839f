import Crypto
import MillraceDomain

/// What makes the same record the same job: 128 bits of SHA-256 over what identifies it.
///
/// The hashed text is a word for the sort of identity and its parts, each followed by a NUL, which none of them can
/// contain. Bytes 0–15 of the digest are the identity; bytes 16–31, marked as UUID version 8 (RFC 9562 section 5.8),
/// are the id of a job that names none. Stored rows depend on both: they never change.
struct RecordIdentity: Hashable {
    let uniqueID: UniqueID
    let derivedJobID: JobID

    /// The identity of a CloudEvent.
    static func event(source: String, id: String) -> RecordIdentity { RecordIdentity(["event", source, id]) }

    /// The identity of a plain record that bears an id.
    static func job(_ id: JobID) -> RecordIdentity { RecordIdentity(["job", id.description]) }

    /// The identity of a plain record without one: its place.
    static func place(_ record: SourceRecord, incarnation: Int32) -> RecordIdentity {
        RecordIdentity([
            "place", record.source.topic, "\(record.source.partition)", "\(incarnation)", "\(record.offset)",
        ])
    }

    private init(_ parts: [String]) {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in hash.finalize().enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        uniqueID = UniqueID(high: words[0], low: words[1])
        derivedJobID = JobID(
            UniqueID(
                high: words[2] & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
                low: words[3] & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
    }
}
