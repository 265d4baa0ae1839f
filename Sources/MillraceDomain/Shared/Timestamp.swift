/// An instant in UTC with microsecond precision, as Postgres keeps it.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// Makes the instant `microseconds` after the Unix epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The instant `duration` later, held at the ends of the range.
    public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = instant.microseconds.addingReportingOverflow(duration.microseconds)
        guard overflow else { return Timestamp(microseconds: sum) }
        return Timestamp(microseconds: duration < .zero ? .min : .max)
    }

    /// The instant `duration` earlier.
    public static func - (instant: Timestamp, duration: Duration) -> Timestamp {
        instant + (.zero - duration)
    }

    /// The time between two instants, negative when `right` is later; held at the ends of 64 bits of microseconds.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
        guard overflow else { return .microseconds(difference) }
        return .microseconds(left < right ? Int64.min : .max)
    }
}

extension Duration {
    /// The whole microseconds of this duration, held at the ends of the range.
    public var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// The whole milliseconds of this duration.
    public var milliseconds: Int64 { microseconds / 1000 }
}
