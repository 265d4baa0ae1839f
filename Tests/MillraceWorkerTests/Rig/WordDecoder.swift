import MillraceDomain
import TestKit

/// Understands `dispatch <id>` and `job <number> <kind>`; everything else is unreadable.
struct WordDecoder: RecordDecoder {
    func decode(_ record: SourceRecord, incarnation: Int32) -> DecodedRecord {
        let words = String(decoding: record.value ?? [], as: UTF8.self).split(separator: " ")
        if words.count == 2, words[0] == "dispatch", let id = JobID(words[1]) { return .dispatch(id) }
        guard words.count == 3, words[0] == "job", let number = UInt64(words[1]) else {
            return .unreadable(DeadReason(.malformedJSON, "Not understood."))
        }
        let id = SequentialIDs.id(number, series: 0xAA)
        let submission = JobSubmission(kind: JobKind(stored: String(words[2])))
        return .submission(RecordSubmission(identity: id, jobID: JobID(id), ownerID: nil, submission: submission))
    }
}

extension SourceRecord {
    static func words(_ text: String, _ source: TopicPartition = .first, offset: Int64) -> SourceRecord {
        SourceRecord(
            source: source, offset: offset, timestamp: nil, key: nil, value: Array(text.utf8), headers: [])
    }
}

extension TopicPartition {
    static let first = TopicPartition(topic: "millrace.jobs.default", partition: 0)
    static let second = TopicPartition(topic: "millrace.jobs.default", partition: 1)
}

extension JobID {
    /// The id of the job that `job <number> …` asks for.
    static func ofRecord(_ number: UInt64) -> JobID { JobID(SequentialIDs.id(number, series: 0xAA)) }
}
