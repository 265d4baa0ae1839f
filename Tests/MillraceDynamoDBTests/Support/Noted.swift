import Synchronization

/// A value that several tasks change and a test reads.
final class Noted<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) {
        storage = Mutex(value)
    }

    var value: Value { storage.withLock { $0 } }

    func change(_ change: @Sendable (inout Value) -> Void) {
        storage.withLock { change(&$0) }
    }
}
