public import MillraceDomain

/// Reads records whose value is a kind and nothing else; any other value is unreadable.
///
/// A record's identity is its key where it has one, else its place.
public struct KindRecordDecoder: RecordDecoder {
    /// Makes a decoder.
    public init() {}

    public func decode(_ record: SourceRecord, incarnation: Int32) -> DecodedRecord {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        guard let kind = try? JobKind(text) else { return .unreadable(DeadReason(.malformedJSON, "It is no kind.")) }
        let place = UInt64(UInt32(bitPattern: record.source.partition)) << 32 | UInt64(UInt32(bitPattern: incarnation))
        let key = record.key.map { $0.reduce(into: UInt64(1)) { $0 = $0 &* 257 &+ UInt64($1) } }
        let identity = UniqueID(high: key ?? place, low: key == nil ? UInt64(bitPattern: record.offset) : .max)
        let id = JobID(UniqueID(high: identity.high ^ 0x8000, low: identity.low))
        return .submission(
            RecordSubmission(
                identity: identity, jobID: id, ownerID: nil, submission: JobSubmission(kind: kind)))
    }
}
