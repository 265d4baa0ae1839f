import MillraceDomain

/// How far partitions were read whose records brought only word of jobs, until that is noted in the store. It dies
/// with its process, and then such records are read again.
///
/// Touched only on the thread that drives its simulation.
final class PositionNotes: @unchecked Sendable {
    private(set) var unwritten: [TopicPartition: PartitionPosition] = [:]
    private var lost: Set<TopicPartition> = []
    let onNote: Bell

    init(_ life: Life) {
        onNote = Bell(life)
    }

    func add(_ position: PartitionPosition) {
        unwritten[position.source] = position
        onNote.call()
    }

    func remove(_ partition: TopicPartition) {
        unwritten[partition] = nil
        lost.remove(partition)
    }

    func removeAll() {
        unwritten = [:]
        lost = []
    }

    /// Whether the store said that another process has taken the partition over; says so once.
    func takeLoss(of partition: TopicPartition) -> Bool { lost.remove(partition) != nil }

    /// What the store has answered.
    func settle(_ written: [PartitionPosition], _ noted: Set<TopicPartition>) {
        for position in written where unwritten[position.source] == position {
            unwritten[position.source] = nil
            if !noted.contains(position.source) { lost.insert(position.source) }
        }
    }
}

extension Consumer {
    /// Notes positions, for all partitions in one call, a moment after they were read.
    func noting() async throws(Life.Over) {
        var pause = Pause()
        while true {
            try await notes.onNote.wait()
            try await life.sleep(.milliseconds(100))
            while !(try await writeNotes()) { try await pause.wait(life) }
            pause = Pause()
        }
    }

    /// - Returns: whether the store answered.
    @discardableResult
    func writeNotes() async throws(Life.Over) -> Bool {
        let written = notes.unwritten.values.sorted {
            ($0.source.topic, $0.source.partition) < ($1.source.topic, $1.source.partition)
        }
        guard !written.isEmpty else { return true }
        do throws(DomainError) {
            let noted = try await positions.note(written)
            if life.isOver { throw .unavailable }
            notes.settle(written, noted)
            return true
        } catch {
            if life.isOver { throw Life.Over() }
            if Self.isUnknown(error) { world.counts[.unknownOutcomes] += 1 }
            return false
        }
    }
}
