import MillraceDomain

/// Our own word that a job is ready: two headers and the job's id as key, no value. The row is the truth.
enum DispatchRecord {
    private static let mark = "mr_dispatch"
    private static let version = "1"
    private static let id = "ce_id"

    /// Whether a record claims to be one.
    static func matches(_ headers: RecordHeaders) -> Bool { headers.contains(mark) }

    static func encode(_ jobID: JobID, topic: String) -> KafkaMessage {
        let text = jobID.description
        return KafkaMessage(topic: topic, key: Array(text.utf8), headers: [.init(mark, version), .init(id, text)])
    }

    static func decode(_ headers: RecordHeaders) -> DecodedRecord {
        do {
            guard try headers.text(mark) == version else {
                return .unreadable(DeadReason(.malformedDispatch, "The dispatch is of an unknown version."))
            }
            guard let text = try headers.text(id), let jobID = JobID(text) else {
                return .unreadable(DeadReason(.malformedDispatch, "The dispatch names no job: ce_id must be a UUID."))
            }
            return .dispatch(jobID)
        } catch {
            return .unreadable(DeadReason(.malformedDispatch, error.message))
        }
    }
}
