import Synchronization

/// Remembers what it is given, and lets a test wait for it.
public final class Recorder<Element: Sendable>: Sendable {
    private struct Waiter {
        let isDone: @Sendable ([Element]) -> Bool
        let continuation: CheckedContinuation<[Element], any Error>
    }

    private struct State {
        var elements: [Element] = []
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Makes an empty recorder.
    public init() {}

    /// All that was recorded, in order.
    public var elements: [Element] { state.withLock { $0.elements } }

    /// Remembers some more.
    public func record(_ elements: some Sequence<Element>) {
        let done = state.withLock { state in
            state.elements.append(contentsOf: elements)
            let all = state.elements
            let done = state.waiters.filter { $0.value.isDone(all) }
            for key in done.keys { state.waiters[key] = nil }
            return done.values.map { ($0.continuation, all) }
        }
        for (continuation, all) in done { continuation.resume(returning: all) }
    }

    /// Remembers one more.
    public func record(_ element: Element) {
        record(CollectionOfOne(element))
    }

    /// Waits until what was recorded satisfies `isDone`.
    ///
    /// - Returns: all that was recorded by then.
    /// - Throws: `WaitTimedOut` after `limit`, `CancellationError`.
    @discardableResult
    public func wait(
        within limit: Duration = .seconds(10), until isDone: @escaping @Sendable ([Element]) -> Bool
    ) async throws -> [Element] {
        try await withThrowingTaskGroup(of: [Element].self) { group in
            group.addTask { try await self.wait(isDone) }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                throw WaitTimedOut(limit: limit)
            }
            defer { group.cancelAll() }
            guard let elements = try await group.next() else { throw CancellationError() }
            return elements
        }
    }

    /// Waits until at least `count` elements were recorded.
    @discardableResult
    public func wait(forCount count: Int, within limit: Duration = .seconds(10)) async throws -> [Element] {
        try await wait(within: limit) { $0.count >= count }
    }

    private func wait(_ isDone: @escaping @Sendable ([Element]) -> Bool) async throws -> [Element] {
        let key = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Waiter(isDone: isDone, continuation: continuation), key)
            }
        } onCancel: {
            cancel(key)
        }
    }

    private func add(_ waiter: Waiter, _ key: Int) {
        let answer: Result<[Element], any Error>? = state.withLock { state in
            if state.cancelled.remove(key) != nil { return .failure(CancellationError()) }
            if waiter.isDone(state.elements) { return .success(state.elements) }
            state.waiters[key] = waiter
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }

    private func cancel(_ key: Int) {
        let waiter = state.withLock { state in
            guard let waiter = state.waiters.removeValue(forKey: key) else {
                state.cancelled.insert(key)
                return nil as Waiter?
            }
            return waiter
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}

/// What a test waited for did not happen in time.
public struct WaitTimedOut: Error, CustomStringConvertible {
    /// How long it waited.
    public let limit: Duration

    public var description: String { "What was waited for did not happen within \(limit)." }
}
