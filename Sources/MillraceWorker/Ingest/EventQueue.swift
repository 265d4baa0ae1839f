import DequeModule
import MillraceDomain
import Synchronization

/// The events of a record source, between the task that reads them and the one that acts on them: so that a change
/// of the assignment is seen at once, also while the store is away and records wait. Bounded in records and bytes.
final class EventQueue: Sendable {
    private struct State {
        var events: Deque<RecordSourceEvent> = []
        var records = 0
        var bytes = 0
        var current: AssignmentID?
    }

    /// Enough for a good batch of every partition.
    private static let maxRecords = 20_000
    private static let maxBytes = 32 << 20

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
            case .records(_, _, let records):
                state.records += records.count
                state.bytes += Self.size(of: records)
            case .positionLost: break
            }
            state.events.append(event)
        }
        onEvent.call()
    }

    /// Takes the oldest event.
    func take() -> RecordSourceEvent? {
        let event = state.withLock { state in
            let event = state.events.popFirst()
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
