import CLibrdkafka
import MillraceDomain

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The records of one round of polling, by partition.
struct RecordRound {
    private let limit: Int
    private let maxBytes: Int
    private var count = 0
    private var bytes = 0
    private(set) var batches: [[SourceRecord]] = []
    private var indexes: [TopicPartition: Int] = [:]
    private var last: TopicPartition?

    init(limit: Int, bytes: Int) {
        self.limit = limit
        self.maxBytes = bytes
    }

    var isFull: Bool { count >= limit || bytes >= maxBytes }

    mutating func append(_ record: SourceRecord) {
        count += 1
        bytes += record.byteCount
        if let index = indexes[record.source] {
            batches[index].append(record)
        } else {
            indexes[record.source] = batches.count
            batches.append([record])
        }
    }

    /// The partition of a message; the topic's name is made once for a run of messages of one topic.
    mutating func partition(of message: rd_kafka_message_t) -> TopicPartition {
        guard let name = rd_kafka_topic_name(message.rkt) else { return TopicPartition(topic: "", partition: -1) }
        if let last, last.topic.withCString({ strcmp($0, name) == 0 }) {
            return TopicPartition(topic: last.topic, partition: message.partition)
        }
        let partition = TopicPartition(topic: String(cString: name), partition: message.partition)
        last = partition
        return partition
    }
}
