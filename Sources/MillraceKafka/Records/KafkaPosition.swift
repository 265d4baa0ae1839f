/// Where a record is.
public struct KafkaPosition: Sendable, Hashable {
    public var partition: KafkaPartition
    public var offset: Int64

    public init(partition: KafkaPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
