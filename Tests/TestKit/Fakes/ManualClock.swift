public import MillraceDomain
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: WallClock {
    /// Where a clock stands unless told otherwise: 2026-11-21T09:30:00.123Z.
    public static let start = Timestamp(microseconds: 1_795_253_400_123_000)

    private let instant: Mutex<Timestamp>

    /// Makes a clock that stands at `start`.
    public init(_ start: Timestamp = ManualClock.start) {
        instant = Mutex(start)
    }

    public func now() -> Timestamp {
        instant.withLock { $0 }
    }

    /// Sets the clock, backwards too.
    public func set(_ now: Timestamp) {
        instant.withLock { $0 = now }
    }

    /// Moves the clock and tells where it stands then.
    @discardableResult
    public func advance(by duration: Duration) -> Timestamp {
        instant.withLock { instant in
            instant = instant + duration
            return instant
        }
    }
}
