import Hummingbird
import MillraceDomain
import Synchronization

/// The time that one request has for its answer. It stands still while its client is to be waited for.
final class AnswerDeadline: Sendable {
    /// What came first.
    enum End: Sendable {
        /// The handler's own end.
        case answered(Result<Response, any Error>)
        /// That of its time, when it had or had not begun with what was asked for.
        case expired(hadBegun: Bool)
    }

    private struct State {
        var remaining: Duration
        /// Since when the time runs; nil while it stands still.
        var runsSince: ContinuousClock.Instant?
        var userID: UserID?
        var end: End?
        var waiter: CheckedContinuation<End, Never>?
    }

    private let state: Mutex<State>

    /// Begins now.
    init(_ limit: Duration) {
        state = Mutex(State(remaining: limit, runsSince: .now))
    }

    /// What came first, once something has.
    var end: End? { state.withLock { $0.end } }

    /// Who asks, once that is known.
    var userID: UserID? { state.withLock { $0.userID } }

    /// Notes who asks; from now on it may be that something has changed.
    func begin(for userID: UserID) {
        state.withLock { $0.userID = userID }
    }

    /// Adds time that the client has asked for.
    func extend(by time: Duration) {
        state.withLock { $0.remaining += time }
    }

    /// Does something that takes the client's time, such as reading what it sends.
    ///
    /// - Throws: what `work` throws; `CancellationError` without doing anything when the time is over: from then on
    ///   the request belongs to others.
    func pausing<Value>(_ work: () async throws -> Value) async throws -> Value {
        let isInTime = state.withLock { state in
            guard state.end == nil else { return false }
            if let since = state.runsSince { state.remaining -= .now - since }
            state.runsSince = nil
            return true
        }
        guard isInTime else { throw CancellationError() }
        defer { state.withLock { $0.runsSince = .now } }
        return try await work()
    }

    /// The handler has ended; says nothing to anybody when that was too late.
    func finish(_ result: Result<Response, any Error>) {
        end { _ in .answered(result) }
    }

    /// Ends the wait when the time is over.
    ///
    /// - Returns: whether it was, just now.
    func expire(at now: ContinuousClock.Instant) -> Bool {
        end { state in
            guard let since = state.runsSince, now - since >= state.remaining else { return nil }
            return .expired(hadBegun: state.userID != nil)
        }
    }

    /// Waits for what comes first. Called once.
    func wait() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiter = continuation }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    @discardableResult
    private func end(_ judge: (State) -> End?) -> Bool {
        let ended: (end: End, waiter: CheckedContinuation<End, Never>?)? = state.withLock { state in
            guard state.end == nil, let end = judge(state) else { return nil }
            state.end = end
            defer { state.waiter = nil }
            return (end, state.waiter)
        }
        guard let ended else { return false }
        ended.waiter?.resume(returning: ended.end)
        return true
    }
}
