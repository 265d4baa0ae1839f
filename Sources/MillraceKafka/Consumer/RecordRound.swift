import CLibrdkafka

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
    private(set) var batches: [[KafkaRecord]] = []
    private var indexes: [KafkaPartition: Int] = [:]
    private var last: KafkaPartition?

    init(limit: Int, bytes: Int) {
        self.limit = limit
        self.maxBytes = bytes
    }

    var isFull: Bool { count >= limit || bytes >= maxBytes }

    mutating func append(_ record: KafkaRecord) {
        count += 1
        bytes += record.byteCount
        if let index = indexes[record.partition] {
            batches[index].append(record)
        } else {
            indexes[record.partition] = batches.count
            batches.append([record])
        }
    }

    /// The partition of a message; the topic's name is made once for a run of messages of one topic.
    mutating func partition(of message: rd_kafka_message_t) -> KafkaPartition {
        guard let name = rd_kafka_topic_name(message.rkt) else { return KafkaPartition(topic: "", number: -1) }
        if let last, last.topic.withCString({ strcmp($0, name) == 0 }) {
            return KafkaPartition(topic: last.topic, number: message.partition)
        }
        let partition = KafkaPartition(topic: String(cString: name), number: message.partition)
        last = partition
        return partition
    }
}
