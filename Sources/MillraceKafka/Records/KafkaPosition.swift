public import MillraceDomain

/// Where a record is.
public struct KafkaPosition: Sendable, Hashable {
    public var partition: TopicPartition
    public var offset: Int64

    public init(partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
