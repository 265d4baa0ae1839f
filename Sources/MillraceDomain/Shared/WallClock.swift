#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The time of day of this process. Deadlines of jobs are not its business: those are decided by the store's clock.
public protocol WallClock: Sendable {
    /// The current instant.
    func now() -> Timestamp
}

/// The operating system's real-time clock.
public struct SystemClock: WallClock {
    /// Makes the clock.
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
