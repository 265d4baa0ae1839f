/// How long to wait between tries of something that a store could not do just now: doubling from 0.1 s to 2 s,
/// each a quarter shorter or longer by chance, so that processes that failed together do not come back together.
struct Backoff: Sendable {
    private let base: Duration
    private let cap: Duration
    private var tries = 0

    init(base: Duration = .milliseconds(100), cap: Duration = .seconds(2)) {
        self.base = base
        self.cap = cap
    }

    /// Waits before the next try.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    mutating func wait() async throws {
        let delay = min(cap, base * (1 << min(tries, 16)))
        tries += 1
        try await ContinuousClock().sleep(for: delay * Double.random(in: 0.75...1.25))
    }

    /// Begins anew after a success.
    mutating func reset() {
        tries = 0
    }
}
