/// One partition of one topic.
public struct TopicPartition: Hashable, Sendable {
    /// The topic.
    public let topic: String
    /// The partition's number, from 0.
    public let partition: Int32

    /// Names a partition.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// A record as it lay on its topic.
public struct SourceRecord: Hashable, Sendable {
    /// A header; names may occur more than once.
    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: [UInt8]?

        public init(name: String, value: [UInt8]?) {
            self.name = name
            self.value = value
        }
    }

    /// Where it lay.
    public let source: TopicPartition
    /// Its place in the partition.
    public let offset: Int64
    /// Its time, as its producer or the broker set it.
    public let timestamp: Timestamp?
    /// Its key.
    public let key: [UInt8]?
    /// Its value; nil for a tombstone.
    public let value: [UInt8]?
    /// Its headers, in order.
    public let headers: [Header]

    /// Makes a record.
    public init(
        source: TopicPartition, offset: Int64, timestamp: Timestamp?, key: [UInt8]?, value: [UInt8]?,
        headers: [Header]
    ) {
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}
