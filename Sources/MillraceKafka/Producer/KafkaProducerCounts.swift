/// What became of a producer's records since its start.
public struct KafkaProducerCounts: Sendable, Equatable {
    /// Acknowledged by the broker.
    public var delivered = 0
    /// Taken, and then reported as not delivered.
    public var failed = 0
    /// Not taken: queue full, brokers away, or closed.
    public var refused = 0

    public init() {}
}
