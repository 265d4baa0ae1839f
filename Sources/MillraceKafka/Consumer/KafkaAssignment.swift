/// What this member of the group reads, and how far it has come: the polling thread's memory.
struct KafkaAssignment {
    /// librdkafka's `RD_KAFKA_OFFSET_BEGINNING`.
    private static let beginning: Int64 = -2

    private(set) var generation = 0
    private(set) var partitions: Set<KafkaPartition> = []
    /// The next offset of each partition that has begun.
    private(set) var next: [KafkaPartition: Int64] = [:]
    /// Partitions whose position was found lost, until the reader is told.
    private(set) var lost: Set<KafkaPartition> = []

    /// Takes a new assignment and numbers it.
    mutating func assign(_ partitions: [KafkaPartition]) {
        generation += 1
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

    /// Takes the reader's positions, if they speak of the present generation.
    ///
    /// - Returns: whether anything changed.
    mutating func begin(_ generation: Int, at positions: [KafkaPartition: KafkaStart]) -> Bool {
        guard generation == self.generation else { return false }
        var isChanged = false
        for (partition, start) in positions where partitions.contains(partition) {
            switch start {
            case .offset(let offset): next[partition] = max(0, offset)
            case .beginning: next[partition] = Self.beginning
            }
            lost.remove(partition)
            isChanged = true
        }
        return isChanged
    }

    /// Whether a record is the one to be read next, or a later one; moves on behind it if so.
    mutating func accept(_ partition: KafkaPartition, offset: Int64) -> Bool {
        guard let expected = next[partition], offset >= expected else { return false }
        next[partition] = offset + 1
        return true
    }

    /// The partition's position does not exist: it rests.
    mutating func lose(_ partition: KafkaPartition) {
        guard next.removeValue(forKey: partition) != nil else { return }
        lost.insert(partition)
    }

    /// The reader has been told.
    mutating func told(_ partition: KafkaPartition) {
        lost.remove(partition)
    }
}
