/// What can go wrong with Kafka.
public enum KafkaError: Error, Sendable, Equatable {
    /// A setting or pass-through property that librdkafka or we refuse.
    case invalidProperty(name: String, reason: String)
    /// The broker or the library refused; `code` is librdkafka's (negative: found on this side).
    case failed(code: Int32, reason: String)
    /// The local queue is full: more records wait for their delivery than allowed.
    case queueFull
    /// The limit passed without an answer.
    case timedOut
    /// The client is closed, or closing.
    case closed
}

extension KafkaError: CustomStringConvertible {
    /// A sentence for logs and operators; never contains a property's value.
    public var description: String {
        switch self {
        case .invalidProperty(let name, let reason): "kafka property \(name): \(reason)"
        case .failed(let code, let reason): "kafka error \(code): \(reason)"
        case .queueFull: "too many records wait for their delivery"
        case .timedOut: "kafka did not answer in time"
        case .closed: "the kafka client is closed"
        }
    }
}
