import Synchronization

/// Limits how often each of any number of callers may do something, in bounded memory.
final class RateLimiter: Sendable {
    private let now: @Sendable () -> ContinuousClock.Instant
    private let table: Mutex<RateTable>

    /// - Parameter sets: how many times four callers are told apart exactly; 4096, which take 256 KiB.
    init(_ rate: Rate, sets: Int = 4096, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.now = now
        table = Mutex(RateTable(rate, sets: sets, start: now()))
    }

    /// Counts one for a caller, if it may.
    func take(_ caller: some Hashable) -> RateStanding {
        let key = Self.key(caller)
        let instant = now()
        return table.withLock { $0.take(key, at: instant) }
    }

    /// Takes a count back.
    func giveBack(_ caller: some Hashable) {
        let key = Self.key(caller)
        table.withLock { $0.giveBack(key) }
    }

    /// Swift seeds its hashes anew in each process.
    private static func key(_ caller: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(caller)
        return hasher.finalize()
    }
}
