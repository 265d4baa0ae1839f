/// A value that somebody waits for and that comes once.
///
/// Like everything of a simulation it is touched only on the thread that drives the simulation, which is why it may
/// call itself sendable.
final class Promise<Value: Sendable>: @unchecked Sendable {
    private var value: Value?
    private var waiter: CheckedContinuation<Value, Never>?

    var isFulfilled: Bool { value != nil }

    /// Gives the value, unless it was given before.
    func fulfil(_ value: Value) {
        guard self.value == nil else { return }
        self.value = value
        waiter.take()?.resume(returning: value)
    }

    func wait() async -> Value {
        if let value { return value }
        return await withCheckedContinuation { waiter = $0 }
    }
}
