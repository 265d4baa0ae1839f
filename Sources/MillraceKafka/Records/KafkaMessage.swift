/// A record to be sent.
public struct KafkaMessage: Sendable, Equatable {
    public var topic: String
    /// Decides the partition; nil lets the library spread.
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [KafkaHeader]

    public init(topic: String, key: [UInt8]? = nil, value: [UInt8]? = nil, headers: [KafkaHeader] = []) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
    }
}
