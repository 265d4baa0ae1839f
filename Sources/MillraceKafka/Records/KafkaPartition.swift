/// One partition of one topic.
public struct KafkaPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var topic: String
    public var number: Int32

    public init(topic: String, number: Int32) {
        self.topic = topic
        self.number = number
    }

    public var description: String { "\(topic)/\(number)" }

    public static func < (one: KafkaPartition, other: KafkaPartition) -> Bool {
        (one.topic, one.number) < (other.topic, other.number)
    }
}
