import DequeModule
import MillraceDomain
import Synchronization

/// The ids of jobs that are said to be ready, each once, in order of arrival. Bounded: what does not fit is dropped
/// and counted; a sweep finds those jobs a little later.
final class HintBuffer: Sendable {
    private struct State {
        var order: Deque<JobID> = []
        var known: Set<JobID> = []
        /// Taken, and not settled yet: some may come back.
        var taken = 0
    }

    private let state = Mutex(State())
    private let bound: Int
    private let onArrival: Wake
    private let onLevel: Wake

    /// - Parameters:
    ///   - onArrival: called when there are new ids.
    ///   - onLevel: called when the number of ids has changed.
    init(bound: Int, onArrival: Wake, onLevel: Wake) {
        self.bound = bound
        self.onArrival = onArrival
        self.onLevel = onLevel
    }

    /// How many ids wait, those that are being claimed included.
    var count: Int { state.withLock { $0.order.count + $0.taken } }

    /// Adds ids behind the others.
    ///
    /// - Returns: how many were dropped for want of room.
    @discardableResult
    func add(_ ids: [JobID]) -> Int {
        let dropped = state.withLock { state in
            var dropped = 0
            for id in ids where !state.known.contains(id) {
                guard state.order.count < bound else {
                    dropped += 1
                    continue
                }
                state.known.insert(id)
                state.order.append(id)
            }
            return dropped
        }
        onArrival.call()
        onLevel.call()
        return dropped
    }

    /// Takes the `limit` oldest ids; `settle` comes after.
    func take(_ limit: Int) -> [JobID] {
        state.withLock { state in
            let taken = Array(state.order.prefix(limit))
            state.order.removeFirst(taken.count)
            state.known.subtract(taken)
            state.taken += taken.count
            return taken
        }
    }

    /// Ends what `take` began.
    ///
    /// - Parameters:
    ///   - count: how many were taken.
    ///   - rest: those that go back in front of the others, in their order.
    func settle(_ count: Int, puttingBack rest: [JobID] = []) {
        state.withLock { state in
            state.taken -= count
            for id in rest.reversed() where state.known.insert(id).inserted { state.order.prepend(id) }
        }
        onLevel.call()
    }
}
