import MillraceDomain

/// What this member of the group reads, and how far it has come: the polling thread's memory.
struct KafkaAssignment {
    /// librdkafka's `RD_KAFKA_OFFSET_BEGINNING`.
    private static let beginning: Int64 = -2

    private(set) var id: AssignmentID = 0
    private(set) var partitions: Set<TopicPartition> = []
    /// The next offset of each partition that has begun.
    private(set) var next: [TopicPartition: Int64] = [:]
    /// Partitions whose position was found lost, until the reader is told.
    private(set) var lost: Set<TopicPartition> = []

    /// Takes a new assignment and numbers it.
    mutating func assign(_ partitions: [TopicPartition]) {
        id += 1
        self.partitions = Set(partitions)
        next = [:]
        lost = []
    }

    /// Nothing is ours any more.
    mutating func revoke() {
        partitions = []
        next = [:]
        lost = []
    }

    /// Takes the reader's positions, if they speak of the present assignment.
    ///
    /// - Returns: whether anything changed.
    mutating func begin(_ id: AssignmentID, at starts: [PartitionStart]) -> Bool {
        guard id == self.id else { return false }
        let ours = starts.filter { partitions.contains($0.source) }
        for start in ours {
            next[start.source] = start.offset.map { max(0, $0) } ?? Self.beginning
            lost.remove(start.source)
        }
        return !ours.isEmpty
    }

    /// Whether a record is the one to be read next, or a later one; moves on behind it if so.
    mutating func accept(_ partition: TopicPartition, offset: Int64) -> Bool {
        guard let expected = next[partition], offset >= expected else { return false }
        next[partition] = offset + 1
        return true
    }

    /// The partition's position does not exist: it rests.
    mutating func lose(_ partition: TopicPartition) {
        guard next.removeValue(forKey: partition) != nil else { return }
        lost.insert(partition)
    }

    /// The reader has been told.
    mutating func told(_ partition: TopicPartition) {
        lost.remove(partition)
    }
}
