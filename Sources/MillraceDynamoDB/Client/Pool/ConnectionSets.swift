import AsyncHTTPClient
import Synchronization

/// Hands out the newest set of connections and replaces it when it has grown old.
///
/// The HTTP client knows no lifetime of connections and no change of its limits: a fresh one takes the place of the
/// old one, which is shut down when its last request has ended. For as long as that takes, idle connections of the
/// old one stand beside those of the new one; those in use never exceed the pool's limit, which is kept before.
final class ConnectionSets: Sendable {
    private struct State {
        var pool: DynamoDBPoolSettings
        var sets: [UInt64: ConnectionSet] = [:]
        /// The set that requests are given; older ones only end.
        var newest: UInt64 = 0
        var closing: [UInt64: Task<Void, Never>] = [:]
    }

    private let settings: DynamoDBSettings
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    init(_ settings: DynamoDBSettings, clock: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.settings = settings
        self.clock = clock
        state = Mutex(State(pool: settings.pool))
    }

    /// Runs `body` with the newest set's client.
    func with<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
        let (number, client) = enter()
        defer { leave(number) }
        return try await body(client)
    }

    /// What the pool shall be like.
    var pool: DynamoDBPoolSettings { state.withLock { $0.pool } }

    /// Has the next request open connections with other limits.
    func resize(_ pool: DynamoDBPoolSettings) {
        state.withLock { state in
            guard state.pool != pool else { return }
            state.pool = pool
            retire(&state)
        }
    }

    /// Shuts all sets down; no request may be in flight and none may follow.
    func close() async {
        let tasks = state.withLock { state in
            retire(&state)
            return Array(state.closing.values)
        }
        for task in tasks { await task.value }
    }

    private func enter() -> (UInt64, HTTPClient) {
        let now = clock()
        return state.withLock { state in
            if let current = state.sets[state.newest], current.endsAt <= now { retire(&state) }
            var current = state.sets[state.newest] ?? ConnectionSet(settings, state.pool, now: now)
            current.users += 1
            state.sets[state.newest] = current
            return (state.newest, current.client)
        }
    }

    private func leave(_ number: UInt64) {
        state.withLock { state in
            state.sets[number]?.users -= 1
            if number != state.newest { endUnused(number, &state) }
        }
    }

    /// Gives no more requests to the newest set.
    private func retire(_ state: inout State) {
        let old = state.newest
        state.newest += 1
        endUnused(old, &state)
    }

    private func endUnused(_ number: UInt64, _ state: inout State) {
        guard let old = state.sets[number], old.users == 0 else { return }
        state.sets[number] = nil
        state.closing[number] = Task {
            // Fails only for a client that is shut down already.
            try? await old.client.shutdown()
            self.state.withLock { $0.closing[number] = nil }
        }
    }
}
