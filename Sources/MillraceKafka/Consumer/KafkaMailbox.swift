import DequeModule
import MillraceDomain
import Synchronization

/// Events on their way from the polling thread to the one reader: bounded in records and bytes.
///
/// The thread asks ``room`` before it polls and never polls more. Changes of assignment are always taken; a pair that
/// the reader has not seen yet cancels itself out, so there are never more than a few.
final class KafkaMailbox: Sendable {
    fileprivate struct State {
        var events: Deque<RecordSourceEvent> = []
        var records = 0
        var bytes = 0
        var isFilled = false
        var isFinished = false
        var reader: CheckedContinuation<RecordSourceEvent?, Never>?
    }

    private let maxRecords: Int
    private let maxBytes: Int
    private let state = Mutex(State())

    init(maxRecords: Int, maxBytes: Int) {
        self.maxRecords = max(1, maxRecords)
        self.maxBytes = max(1, maxBytes)
    }

    /// Records that wait for the reader.
    var count: Int { state.withLock { $0.records } }

    /// How many records and bytes may be added. Once full, nothing until the reader has taken half.
    var room: (records: Int, bytes: Int) {
        state.withLock { state in
            if state.records >= maxRecords || state.bytes >= maxBytes { state.isFilled = true }
            if state.records <= maxRecords / 2, state.bytes <= maxBytes / 2 { state.isFilled = false }
            return state.isFilled ? (0, 0) : (maxRecords - state.records, maxBytes - state.bytes)
        }
    }

    /// Adds an event behind the others.
    func post(_ event: RecordSourceEvent) {
        let reader = state.withLock { state -> CheckedContinuation<RecordSourceEvent?, Never>? in
            guard !state.isFinished else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.add(event)
            return nil
        }
        reader?.resume(returning: event)
    }

    /// Drops everything the reader has not taken of the assignment, and tells it of the end if it knew the beginning.
    func revoke(_ id: AssignmentID) {
        let isUnknown = state.withLock { state in
            let isUnknown = state.events.contains { event in
                if case .assigned(id, _) = event { true } else { false }
            }
            state.events.removeAll { event in
                switch event {
                case .revoked: false
                case .assigned, .records, .positionLost: true
                }
            }
            state.records = 0
            state.bytes = 0
            return isUnknown
        }
        if !isUnknown { post(.revoked) }
    }

    /// The next event; nil at the end, or when the waiting task is cancelled. One reader at a time.
    ///
    /// - Parameter onDrained: called when the reader has made room in a full box.
    func next(onDrained: () -> Void) async -> RecordSourceEvent? {
        let event = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in wait(continuation) }
        } onCancel: {
            state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }?.resume(returning: nil)
        }
        if state.withLock({ $0.isFilled }), room.records > 0 { onDrained() }
        return event
    }

    /// No event follows those that wait.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }?.resume(returning: nil)
    }

    private func wait(_ continuation: CheckedContinuation<RecordSourceEvent?, Never>) {
        let ready: RecordSourceEvent?? = state.withLock { state in
            if let event = state.take() { return .some(event) }
            // A second reader would leave the first for ever without an answer: the later one is turned away.
            if state.isFinished || Task.isCancelled || state.reader != nil { return .some(nil) }
            state.reader = continuation
            return .none
        }
        if let ready { continuation.resume(returning: ready) }
    }
}

extension KafkaMailbox.State {
    fileprivate mutating func add(_ event: RecordSourceEvent) {
        events.append(event)
        if case .records(_, _, let batch) = event {
            records += batch.count
            bytes += batch.reduce(0) { $0 + $1.byteCount }
        }
    }

    fileprivate mutating func take() -> RecordSourceEvent? {
        guard let event = events.popFirst() else { return nil }
        if case .records(_, _, let batch) = event {
            records -= batch.count
            bytes -= batch.reduce(0) { $0 + $1.byteCount }
        }
        return event
    }
}
