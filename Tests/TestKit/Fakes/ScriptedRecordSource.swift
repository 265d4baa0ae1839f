public import MillraceDomain
import Synchronization

/// A source of records whose every event a test feeds, and which remembers what it was asked.
public final class ScriptedRecordSource: RecordSource {
    /// What the source was asked to do.
    public enum Request: Hashable, Sendable {
        case begin(AssignmentID, [PartitionStart])
        case pause
        case resume
        case acknowledge(TopicPartition, nextOffset: Int64)
        case close
    }

    private enum Item: Sendable {
        case event(RecordSourceEvent)
        case failure(any Error)
    }

    private struct State {
        var items: [Item] = []
        var isClosed = false
        var clusterID: String?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// The cluster that it says it reads; nil until a test says another.
    public var clusterID: String? {
        get { state.withLock { $0.clusterID } }
        set { state.withLock { $0.clusterID = newValue } }
    }

    /// What it was asked, in order; tests wait on it.
    public let requests = Recorder<Request>()
    private let state = Mutex(State())

    /// Makes a source that has nothing to say yet.
    public init() {}

    /// Lets `next` tell of an event.
    public func feed(_ event: RecordSourceEvent) {
        change { $0.items.append(.event(event)) }
    }

    /// Lets `next` throw once the events before are told.
    public func fail(_ error: any Error) {
        change { $0.items.append(.failure(error)) }
    }

    public func next() async throws -> RecordSourceEvent? {
        while true {
            try Task.checkCancellation()
            let (item, isClosed) = state.withLock { state in
                (state.items.isEmpty ? nil : state.items.removeFirst(), state.isClosed)
            }
            switch item {
            case .event(let event): return event
            case .failure(let error): throw error
            case nil where isClosed: return nil
            case nil: await waitForChange()
            }
        }
    }

    public func begin(_ assignment: AssignmentID, at starts: [PartitionStart]) async {
        requests.record(.begin(assignment, starts))
    }

    public func pause() async {
        requests.record(.pause)
    }

    public func resume() async {
        requests.record(.resume)
    }

    public func acknowledge(_ source: TopicPartition, nextOffset: Int64) async {
        requests.record(.acknowledge(source, nextOffset: nextOffset))
    }

    /// Ends the events once those already fed are told.
    public func close() async {
        change { $0.isClosed = true }
        requests.record(.close)
    }

    private func waitForChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    guard state.items.isEmpty, !state.isClosed, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
