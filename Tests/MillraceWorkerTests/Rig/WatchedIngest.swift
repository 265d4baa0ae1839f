import MillraceDomain
import Synchronization
import TestKit

/// An ingest repository over the in-memory store that tells of every call and fails when told to.
final class WatchedIngest: IngestRepository {
    enum Call: Hashable, Sendable {
        case open([TopicPartition])
        case move(PartitionPosition, to: Int64, isNewIncarnation: Bool)
        case ingest([Int64])
        case note([TopicPartition: Int64])
    }

    let store: InMemoryStore
    let calls = Recorder<Call>()
    private let failures = Mutex<[String: [DomainError]]>([:])
    /// Batches with a record of one of these offsets are a defect of the store.
    let poison = Mutex<Set<Int64>>([])

    init(_ store: InMemoryStore) {
        self.store = store
    }

    /// Lets the next calls of this name fail, one after the other; ambiguous ones take effect all the same.
    func fail(_ name: String, with errors: [DomainError]) {
        failures.withLock { $0[name, default: []] += errors }
    }

    /// Lets calls succeed again.
    func heal() {
        failures.withLock { $0 = [:] }
    }

    private func failure(_ name: String) -> DomainError? {
        failures.withLock { failures in
            failures[name]?.isEmpty == false ? failures[name]?.removeFirst() : nil
        }
    }

    func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        calls.record(.open(partitions))
        if let error = failure("open") { throw error }
        return try await store.open(partitions, cluster: cluster)
    }

    func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        calls.record(.move(position, to: offset, isNewIncarnation: isNewIncarnation))
        let error = failure("move")
        if let error, error != .ambiguous { throw error }
        let moved = try await store.move(position, to: offset, isNewIncarnation: isNewIncarnation)
        if let error { throw error }
        return moved
    }

    func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        calls.record(.note(Dictionary(uniqueKeysWithValues: positions.map { ($0.source, $0.nextOffset ?? 0) })))
        let error = failure("note")
        if let error, error != .ambiguous { throw error }
        let noted = try await store.note(positions)
        if let error { throw error }
        return noted
    }

    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        let offsets = batch.entries.map(\.record.offset)
        calls.record(.ingest(offsets))
        if !poison.withLock({ $0.isDisjoint(with: offsets) }) { throw .failure }
        let error = failure("ingest")
        if let error, error != .ambiguous { throw error }
        let result = try await store.ingest(batch)
        if let error { throw error }
        return result
    }
}
