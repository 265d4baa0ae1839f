/// Where records come from: partitions that are given to this process and taken away again.
public protocol RecordSource: Sendable {
    /// The next event, in order; waits until there is one. Nil once the source is closed. Called by one task only.
    func next() async throws -> RecordSourceEvent?

    /// What the cluster calls itself that gave the current assignment; nil when it is not known.
    var clusterID: String? { get async }

    /// Begins to read partitions of an assignment; those of an older assignment are passed over.
    func begin(_ assignment: AssignmentID, at starts: [PartitionStart]) async

    /// Stops fetching until `resume`; events already under way may still come.
    func pause() async

    /// Goes on fetching.
    func resume() async

    /// Says how far a partition is durable, for tools that measure lag; best effort.
    func acknowledge(_ source: TopicPartition, nextOffset: Int64) async

    /// Leaves the group and ends the events, within a few seconds whatever the broker does.
    func close() async
}

/// Which assignment of partitions an event belongs to; grows with each.
public typealias AssignmentID = UInt64

/// Where to read a partition from.
public struct PartitionStart: Hashable, Sendable {
    /// The partition.
    public let source: TopicPartition
    /// The offset; nil for the beginning of the log.
    public let offset: Int64?

    /// Makes a start.
    public init(source: TopicPartition, offset: Int64?) {
        self.source = source
        self.offset = offset
    }
}

/// What a source has to say.
public enum RecordSourceEvent: Sendable {
    /// These partitions are ours, all that we have; nothing is read before `begin`.
    case assigned(AssignmentID, [TopicPartition])
    /// No partition is ours any more.
    case revoked
    /// Records of one partition, in order of offset, never empty.
    case records(AssignmentID, TopicPartition, [SourceRecord])
    /// The log does not hold the offset asked for: it begins at `low` and ends before `high`.
    case positionLost(AssignmentID, TopicPartition, low: Int64, high: Int64)
}
