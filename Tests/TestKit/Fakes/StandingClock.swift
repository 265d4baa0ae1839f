import Synchronization

/// A monotonic clock that stands still until a test moves it.
public final class StandingClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    /// Makes a clock that stands at this moment.
    public init() {}

    /// Where it stands.
    public var now: ContinuousClock.Instant { instant.withLock { $0 } }

    /// Moves it.
    public func advance(by time: Duration) {
        instant.withLock { $0 += time }
    }
}
