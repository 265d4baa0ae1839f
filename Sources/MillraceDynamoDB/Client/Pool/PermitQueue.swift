import NIOCore
import Synchronization

/// Lets a bounded number of callers through at a time, in the order in which they came.
final class PermitQueue: Sendable {
    private typealias Outcome = Result<Void, DynamoDBError>

    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var settings: DynamoDBPoolSettings
        var inUse = 0
        var nextNumber: UInt64 = 0
        /// In the order in which they came. An array, as it is bounded and nearly always short.
        var waiters: [Waiter] = []
        var isClosed = false
        var drained: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    /// Its timers tell waiters that their time is up.
    private let eventLoop: any EventLoop

    init(_ settings: DynamoDBPoolSettings, eventLoop: any EventLoop) {
        state = Mutex(State(settings: settings))
        self.eventLoop = eventLoop
    }

    func snapshot() -> DynamoDBPoolSnapshot {
        state.withLock {
            DynamoDBPoolSnapshot(inUse: $0.inUse, waiting: $0.waiters.count, max: $0.settings.max)
        }
    }

    /// Waits for a place; whoever gets one gives it back by ``release()``.
    ///
    /// - Throws: ``DynamoDBError`` of kind `poolExhausted`, `closed` or `cancelled`.
    func acquire() async throws(DynamoDBError) {
        if let outcome = state.withLock({ Self.enter(&$0) }) { return try outcome.get() }
        try await wait().get()
    }

    /// Gives a place back: to the next in line, unless there are fewer places now.
    func release() {
        let drained = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.inUse -= 1
            Self.admit(&state)
            guard state.isClosed, state.inUse == 0 else { return nil }
            return state.drained.take()
        }
        drained?.resume()
    }

    /// Changes the limits; more places are given out at once, fewer as they are given back.
    func resize(_ settings: DynamoDBPoolSettings) {
        state.withLock { state in
            state.settings = settings
            Self.admit(&state)
        }
    }

    /// Refuses who waits and who comes, and returns when every place has been given back; called once.
    func close() async {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(Self.closed)) }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.inUse > 0 { state.drained = continuation }
                return state.inUse == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    private static let closed = DynamoDBError(.closed, "the client has been shut down")
    private static let cancelled = DynamoDBError(.cancelled, "cancelled while waiting for a connection")

    /// What there is to say at once; nil for a caller that has to wait.
    private static func enter(_ state: inout State) -> Outcome? {
        if state.isClosed { return .failure(closed) }
        if state.waiters.isEmpty, state.inUse < state.settings.max {
            state.inUse += 1
            return .success(())
        }
        guard state.waiters.count < state.settings.maxWaiting else {
            return .failure(DynamoDBError(.poolExhausted, "\(state.waiters.count) callers wait for a connection"))
        }
        return nil
    }

    /// Lets in as many of those who wait as there are places.
    private static func admit(_ state: inout State) {
        let count = min(state.waiters.count, max(0, state.settings.max - state.inUse))
        for waiter in state.waiters.prefix(count) { waiter.continuation.resume(returning: .success(())) }
        state.waiters.removeFirst(count)
        state.inUse += count
    }

    private func wait() async -> Outcome {
        let (number, timeout) = state.withLock { state in
            state.nextNumber += 1
            return (state.nextNumber, state.settings.acquireTimeout)
        }
        var timer: Scheduled<Void>?
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state in
                    // A place may have come free since the caller was told to wait.
                    let outcome = Self.enter(&state)
                    if outcome == nil { state.waiters.append(Waiter(number: number, continuation: continuation)) }
                    return outcome
                }
                if let outcome { return continuation.resume(returning: outcome) }
                timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { [weak self] in
                    self?.leave(number, DynamoDBError(.poolExhausted, "no connection came free within \(timeout)"))
                }
                // A cancellation before the waiter stood in line found nobody to tell.
                if Task.isCancelled { leave(number, Self.cancelled) }
            }
        } onCancel: {
            leave(number, Self.cancelled)
        }
    }

    /// Takes a waiter out of the line; nothing if it has left it already.
    private func leave(_ number: UInt64, _ error: DynamoDBError) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: .failure(error))
    }
}
