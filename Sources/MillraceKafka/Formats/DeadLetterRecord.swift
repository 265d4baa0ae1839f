import MillraceDomain

/// The copy of a dead letter: the record as it was, or the job as an event, and why and whence in headers of ours.
enum DeadLetterRecord {
    static func encode(_ dead: DeadRecord, topic: String) -> KafkaMessage {
        let record = dead.record
        var headers = record.headers
        headers += why(dead.reason.code.rawValue, dead.reason.message)
        headers.append(.init("mr-dlq-original-topic", record.source.topic))
        headers.append(.init("mr-dlq-original-partition", "\(record.source.partition)"))
        headers.append(.init("mr-dlq-original-offset", "\(record.offset)"))
        if let timestamp = record.timestamp {
            headers.append(.init("mr-dlq-original-timestamp", "\(timestamp.microseconds / 1_000)"))
        }
        return KafkaMessage(topic: topic, key: record.key, value: record.value, headers: headers)
    }

    /// In the form in which it could have been submitted. A job keeps no coordinates of the record in which it came.
    static func encode(_ dead: DeadJob, topic: String) -> KafkaMessage {
        let (id, submission) = (dead.job.id.description, dead.job.submission)
        var headers: [SourceRecord.Header] = [
            .init("ce_specversion", "1.0"), .init("ce_id", id), .init("ce_source", "/millrace/jobs"),
            .init("ce_type", submission.kind.text), .init("content-type", "application/json"),
        ]
        if let key = submission.orderingKey { headers.append(.init("ce_partitionkey", key)) }
        headers += why(dead.code, dead.message)
        headers.append(.init("mr-dlq-original-timestamp", "\(dead.job.createdAt.microseconds / 1_000)"))
        headers.append(.init("mr-dlq-job-id", id))
        headers.append(.init("mr-dlq-job-owner", dead.job.ownerID.description))
        headers.append(.init("mr-dlq-job-attempt", "\(dead.job.attempt)"))
        let key = submission.orderingKey ?? id
        return KafkaMessage(
            topic: topic, key: Array(key.utf8), value: Array(submission.payload.bytes), headers: headers)
    }

    private static func why(_ code: String, _ message: String) -> [SourceRecord.Header] {
        [.init("mr-dlq-reason", code), .init("mr-dlq-error-message", message)]
    }
}
