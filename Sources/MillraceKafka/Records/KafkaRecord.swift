/// A record as it was read, nothing interpreted.
public struct KafkaRecord: Sendable, Equatable {
    public var partition: KafkaPartition
    public var offset: Int64
    /// Milliseconds since 1970, as the producer or the broker stamped it; nil when it bears no stamp.
    public var timestampMilliseconds: Int64?
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [KafkaHeader]

    public init(
        partition: KafkaPartition, offset: Int64, timestampMilliseconds: Int64? = nil, key: [UInt8]? = nil,
        value: [UInt8]? = nil, headers: [KafkaHeader] = []
    ) {
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// What it takes in memory, about.
    var byteCount: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0) + 128) { sum, header in
            sum + header.name.utf8.count + (header.value?.count ?? 0) + 32
        }
    }
}
