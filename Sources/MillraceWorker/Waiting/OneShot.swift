import Synchronization

/// A value that comes once and that one task waits for; what comes later is passed over.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case full(Value)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Hands over the value, unless one has come before.
    func fulfil(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .full(value)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .full, .taken: return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// The value, as soon as it is there. Asked for once; whoever fulfils it decides about cancellation too.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value: Value? = state.withLock { state in
                    guard case .full(let value) = state else {
                        state = .awaited(continuation)
                        return nil
                    }
                    state = .taken
                    return value
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
