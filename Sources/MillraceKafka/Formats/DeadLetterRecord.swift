import MillraceDomain

/// The copy of a dead letter: the record as it was, and why and whence in headers of ours.
enum DeadLetterRecord {
    static func encode(_ dead: DeadRecord, topic: String) -> KafkaMessage {
        let record = dead.record
        var headers = record.headers
        headers.append(.init("mr-dlq-reason", dead.reason.code.rawValue))
        headers.append(.init("mr-dlq-error-message", dead.reason.message))
        headers.append(.init("mr-dlq-original-topic", record.source.topic))
        headers.append(.init("mr-dlq-original-partition", "\(record.source.partition)"))
        headers.append(.init("mr-dlq-original-offset", "\(record.offset)"))
        if let timestamp = record.timestamp {
            headers.append(.init("mr-dlq-original-timestamp", "\(timestamp.microseconds / 1_000)"))
        }
        return KafkaMessage(topic: topic, key: record.key, value: record.value, headers: headers)
    }
}
