/// From where a partition is read.
public enum KafkaStart: Sendable, Hashable {
    /// This offset is the next to be read.
    case offset(Int64)
    /// The oldest record that is still there.
    case beginning
}
