import DequeModule
import MillraceDomain
import Synchronization

/// The events of a record source, between the task that reads them and the one that acts on them: so that a change
/// of the assignment is seen at once, also while the store is away and records wait. Bounded in records and bytes.
///
/// Records that come while others of their partition wait join them: the slower the store, the larger the batches.
final class EventQueue: Sendable {
    /// The last event with records of a partition.
    fileprivate struct Tail {
        /// How many events had been added before it.
        let number: Int
        var bytes: Int
    }

    fileprivate struct State {
        var events: Deque<RecordSourceEvent> = []
        /// How many events have been taken: the number of the first that waits.
        var taken = 0
        var tails: [TopicPartition: Tail] = [:]
        var records = 0
        var bytes = 0
        var current: AssignmentID?
    }

    /// Enough for a good batch of every partition.
    private static let maxRecords = 20_000
    private static let maxBytes = 32 << 20
    /// What is written in one transaction, unless the source itself gives more at once.
    static let batchRecords = 1000
    static let batchBytes = 4 << 20

    private let state = Mutex(State())
    /// Called when there are new events; closed after the last.
    let onEvent = Wake()
    /// Called when there is room again.
    let onRoom = Wake()

    /// Adds an event. A new assignment makes everything before it pointless.
    func add(_ event: RecordSourceEvent) {
        state.withLock { state in
            switch event {
            case .assigned(let id, _): state = State(current: id)
            case .revoked: state = State()
            case .records(let id, let partition, let records):
                let bytes = Self.size(of: records)
                state.records += records.count
                state.bytes += bytes
                if state.join(records, of: partition, id, bytes) { return }
                state.tails[partition] = Tail(number: state.taken + state.events.count, bytes: bytes)
            case .positionLost(_, let partition, _, _): state.tails[partition] = nil
            }
            state.events.append(event)
        }
        onEvent.call()
    }

    /// Takes the oldest event.
    func take() -> RecordSourceEvent? {
        let event = state.withLock { state in
            let event = state.events.popFirst()
            if event != nil { state.taken += 1 }
            if case .records(_, _, let records) = event {
                state.records -= records.count
                state.bytes -= Self.size(of: records)
            }
            return event
        }
        if event != nil { onRoom.call() }
        return event
    }

    /// Whether the reader shall wait.
    var isFull: Bool {
        state.withLock { $0.records >= Self.maxRecords || $0.bytes >= Self.maxBytes }
    }

    private static func size(of records: [SourceRecord]) -> Int {
        records.reduce(0) { sum, record in
            let headers = record.headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
            return sum + (record.key?.count ?? 0) + (record.value?.count ?? 0) + headers
        }
    }

    /// Whether the partitions of an assignment are still ours, as far as we have heard.
    func isCurrent(_ id: AssignmentID) -> Bool { state.withLock { $0.current == id } }
}

extension EventQueue.State {
    /// Puts records behind those of their partition that wait last, if both together are one batch.
    fileprivate mutating func join(
        _ more: [SourceRecord], of partition: TopicPartition, _ id: AssignmentID, _ moreBytes: Int
    ) -> Bool {
        guard let tail = tails[partition], tail.number >= taken,
            tail.bytes + moreBytes <= EventQueue.batchBytes,
            case .records(id, _, var records) = events[tail.number - taken],
            records.count + more.count <= EventQueue.batchRecords,
            // Where a source repeats itself, each of both is held against what was written before it.
            let last = records.last?.offset, let first = more.first?.offset, last < first
        else { return false }
        // Taken out first, so that they are not copied each time.
        events[tail.number - taken] = .revoked
        records += more
        events[tail.number - taken] = .records(id, partition, records)
        tails[partition]?.bytes += moreBytes
        return true
    }
}
