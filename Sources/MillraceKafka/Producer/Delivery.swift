import Synchronization

/// Records sent together, and the reports about them.
final class Delivery: Sendable {
    private struct State {
        var results: [Result<KafkaPosition, KafkaError>?]
        var missing: Int
    }

    /// Opens when every record has its report.
    let done = Latch()
    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(results: Array(repeating: nil, count: count), missing: count))
        if count == 0 { done.open() }
    }

    /// What is known now; no report yet reads as timed out.
    var results: [Result<KafkaPosition, KafkaError>] {
        state.withLock { $0.results.map { $0 ?? .failure(.timedOut) } }
    }

    /// Takes the report about one record; a second one about the same record changes nothing.
    func report(_ result: Result<KafkaPosition, KafkaError>, at index: Int) {
        let isComplete = state.withLock { state in
            guard state.results[index] == nil else { return false }
            state.results[index] = result
            state.missing -= 1
            return state.missing == 0
        }
        if isComplete { done.open() }
    }
}
