import MillraceDomain

@testable import MillraceKafka

extension SourceRecord {
    /// A record at a fixed place.
    static func sample(
        topic: String = "millrace.jobs.mail", offset: Int64 = 42, key: [UInt8]? = nil, value: [UInt8]? = nil,
        headers: [Header] = []
    ) -> SourceRecord {
        SourceRecord(
            source: TopicPartition(topic: topic, partition: 3), offset: offset,
            timestamp: Timestamp(microseconds: 1_763_715_000_123_000), key: key, value: value, headers: headers)
    }

    static func sample(_ value: String, _ headers: KeyValuePairs<String, String> = [:]) -> SourceRecord {
        sample(value: Array(value.utf8), headers: headers.map { Header($0.key, $0.value) })
    }

    /// The record that a message becomes.
    static func sample(_ message: KafkaMessage) -> SourceRecord {
        sample(topic: message.topic, key: message.key, value: message.value, headers: message.headers)
    }
}

extension KafkaRecordDecoder {
    static let sample = KafkaRecordDecoder(settings: KafkaSettings(brokers: "localhost:9092"))

    func submission(of record: SourceRecord) -> RecordSubmission? {
        if case .submission(let submission) = decode(record, incarnation: 0) { submission } else { nil }
    }

    func reason(of record: SourceRecord) -> DeadReason? {
        if case .unreadable(let reason, _) = decode(record, incarnation: 0) { reason } else { nil }
    }
}
