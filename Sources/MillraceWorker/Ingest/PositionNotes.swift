import Logging
import MillraceDomain
import Synchronization

/// How far partitions were read whose records brought only word of jobs: noted for all of them in one statement, a
/// moment later. Until then, as after a crash, such records are read again, and say the same again.
final class PositionNotes: Sendable {
    private struct State {
        var unwritten: [TopicPartition: PartitionPosition] = [:]
        var lost: Set<TopicPartition> = []
    }

    /// What comes in within this time shares a statement.
    private static let every = Duration.milliseconds(100)

    private let repository: any IngestRepository
    private let source: any RecordSource
    private let logger: Logger
    private let state = Mutex(State())
    private let wake = Wake()

    init(repository: any IngestRepository, source: any RecordSource, logger: Logger) {
        self.repository = repository
        self.source = source
        self.logger = logger
    }

    /// Has the position noted soon, in place of an earlier one of its partition.
    func add(_ position: PartitionPosition) {
        state.withLock { $0.unwritten[position.source] = position }
        wake.call()
    }

    /// The partition's position has been written, or means nothing any more.
    func remove(_ partition: TopicPartition) {
        state.withLock { state in
            state.unwritten[partition] = nil
            state.lost.remove(partition)
        }
    }

    /// Nothing that was added means anything any more.
    func removeAll() {
        state.withLock { $0 = State() }
    }

    /// Whether the store said that another process has taken the partition over; says so once.
    func takeLoss(of partition: TopicPartition) -> Bool {
        state.withLock { $0.lost.remove(partition) != nil }
    }

    /// Notes positions until its task is cancelled, and the last ones then.
    func run() async {
        var backoff = Backoff()
        for await _ in wake.calls {
            do {
                try await ContinuousClock().sleep(for: Self.every)
                while await !write() { try await backoff.wait() }
                backoff.reset()
            } catch { break }
        }
        _ = await write()
    }

    /// - Returns: whether the store answered.
    private func write() async -> Bool {
        let positions = state.withLock { $0.unwritten }
        guard !positions.isEmpty else { return true }
        let result = await letFinish { [repository] () async throws(DomainError) in
            try await repository.note(Array(positions.values))
        }
        switch result {
        case .failure(let error):
            logger.warning("positions not noted", metadata: ["error": "\(error)"])
            return false
        case .success(let noted):
            settle(positions, noted)
            for partition in noted {
                guard let next = positions[partition]?.nextOffset else { continue }
                await source.acknowledge(partition, nextOffset: next)
            }
            return true
        }
    }

    private func settle(_ written: [TopicPartition: PartitionPosition], _ noted: Set<TopicPartition>) {
        state.withLock { state in
            for (partition, position) in written where state.unwritten[partition] == position {
                state.unwritten[partition] = nil
                if !noted.contains(partition) { state.lost.insert(partition) }
            }
        }
    }
}
