import MillraceDomain

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A moment as log lines show it: UTC, RFC 3339, milliseconds.
public struct LogTimestamp: Sendable {
    /// Milliseconds since the Unix epoch.
    public let millisecondsSinceEpoch: Int64

    /// Takes milliseconds since the Unix epoch.
    public init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
    }

    /// The system clock's present moment.
    public static func now() -> LogTimestamp {
        LogTimestamp(millisecondsSinceEpoch: SystemClock().now().microseconds / 1000)
    }

    /// Appends `2026-11-21T09:30:00.123Z`.
    func append(to line: inout [UInt8]) {
        let milliseconds = ((millisecondsSinceEpoch % 1000) + 1000) % 1000
        var seconds = time_t((millisecondsSinceEpoch - milliseconds) / 1000)
        var civil = tm()
        gmtime_r(&seconds, &civil)
        line.appendDecimal(Int(civil.tm_year) + 1900, digits: 4)
        line.append(UInt8(ascii: "-"))
        line.appendDecimal(Int(civil.tm_mon) + 1, digits: 2)
        line.append(UInt8(ascii: "-"))
        line.appendDecimal(Int(civil.tm_mday), digits: 2)
        line.append(UInt8(ascii: "T"))
        line.appendDecimal(Int(civil.tm_hour), digits: 2)
        line.append(UInt8(ascii: ":"))
        line.appendDecimal(Int(civil.tm_min), digits: 2)
        line.append(UInt8(ascii: ":"))
        line.appendDecimal(Int(civil.tm_sec), digits: 2)
        line.append(UInt8(ascii: "."))
        line.appendDecimal(Int(milliseconds), digits: 3)
        line.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    fileprivate mutating func appendDecimal(_ value: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
