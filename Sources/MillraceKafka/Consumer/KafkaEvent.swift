/// What a consumer tells its one reader, in the order in which it happened.
public enum KafkaEvent: Sendable, Equatable {
    /// These partitions are ours now. Nothing is read from them before `begin` says from where.
    case assigned(generation: Int, partitions: [KafkaPartition])
    /// Everything of this generation, and before, belongs to others now; no record of it follows.
    case revoked(generation: Int)
    /// Records of one partition in the order of their offsets; never empty.
    case records(generation: Int, [KafkaRecord])
    /// The position asked for does not exist: the partition's log holds `low` up to, not including, `high`. The
    /// partition rests until `begin` names a new position.
    case positionLost(generation: Int, KafkaPartition, low: Int64, high: Int64)
}
