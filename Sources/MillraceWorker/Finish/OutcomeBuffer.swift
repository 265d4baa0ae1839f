import DequeModule
import MillraceDomain
import Synchronization

/// Outcomes that wait to be written. Bounded by the slots: while too many wait, none are given out.
final class OutcomeBuffer: Sendable {
    /// How a run ended.
    typealias Outcome = (claimed: ClaimedJob, outcome: RunOutcome)

    private let waiting = Mutex<Deque<Outcome>>([])
    /// Called when there are new ones.
    let onArrival = Wake()

    /// Adds one.
    func add(_ claimed: ClaimedJob, _ outcome: RunOutcome) {
        waiting.withLock { $0.append((claimed, outcome)) }
        onArrival.call()
    }

    /// Takes the oldest.
    func take(_ limit: Int) -> [Outcome] {
        waiting.withLock { waiting in
            let taken = Array(waiting.prefix(limit))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// How many wait.
    var count: Int { waiting.withLock { $0.count } }

    /// No more will come.
    func close() {
        onArrival.call()
        onArrival.close()
    }
}
