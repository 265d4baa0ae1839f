import Synchronization

/// Where new identifiers come from.
public protocol IDGenerator: Sendable {
    /// A new identifier, different from every other.
    func next() -> UniqueID
}

extension IDGenerator {
    /// A new identifier of one entity's type.
    public func next<Entity>(as type: Entity.Type = Entity.self) -> Identifier<Entity> {
        Identifier(next())
    }
}

/// Version 7 identifiers: 48 bits of Unix milliseconds, then a counter and randomness (RFC 9562 section 5.7).
///
/// Within a process they strictly increase, also when the wall clock steps back: the 12 bits after the version
/// count up within a millisecond (section 6.2, method 1) and borrow the next millisecond when they overflow.
public final class UUIDv7Generator: IDGenerator {
    private let clock: any WallClock
    private let last = Mutex<UInt64>(0)

    /// Makes a generator that takes its milliseconds from `clock`.
    public init(clock: any WallClock = SystemClock()) {
        self.clock = clock
    }

    public func next() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(clamping: clock.now().microseconds / 1000)
        let tick = last.withLock { last in
            last = max(last + 1, milliseconds << 12)
            return last
        }
        let high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
        let low = random.next() >> 2 | 0x8000_0000_0000_0000
        return UniqueID(high: high, low: low)
    }
}
