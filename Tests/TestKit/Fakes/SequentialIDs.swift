public import MillraceDomain
import Synchronization

/// Identifiers that count up, in the shape of version 7: `00000000-0000-7000-8000-000000000001` is the first.
public final class SequentialIDs: IDGenerator {
    private let last: Mutex<UInt64>
    private let series: UInt64

    /// Makes a generator.
    ///
    /// - Parameter series: tells the identifiers of two generators apart, 0–65535.
    public init(series: UInt16 = 0) {
        self.series = UInt64(series)
        last = Mutex(0)
    }

    public func next() -> UniqueID {
        let number = last.withLock { last in
            last += 1
            return last
        }
        return Self.id(number, series: series)
    }

    /// The identifier that a generator of this series gives as its `number`-th.
    public static func id(_ number: UInt64, series: UInt64 = 0) -> UniqueID {
        UniqueID(high: series << 16 | 0x7000, low: 0x8000_0000_0000_0000 | number)
    }
}
