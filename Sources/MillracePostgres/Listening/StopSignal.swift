import MillraceDomain
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends the waits of a thread, once and for good.
final class StopSignal: Sendable {
    /// Becomes readable when the signal is given, and stays so.
    let descriptor: Int32
    private let writeEnd: Int32
    private let given = Atomic(false)

    /// - Throws: ``PostgresError/Kind/configuration`` when the process has no file descriptor left.
    init() throws(PostgresError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PostgresError(.configuration, "No pipe could be opened: error \(errno).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// Whether the thread shall end.
    var isGiven: Bool { given.load(ordering: .acquiring) }

    /// Gives the signal.
    func give() {
        guard !given.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = write(writeEnd, "s", 1)
    }

    /// Sleeps until a moment, or until the signal.
    func wait(until moment: ContinuousClock.Instant) {
        while !isGiven {
            let left = (moment - .now).milliseconds
            guard left >= 0 else { return }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, Int32(clamping: left + 1))
        }
    }
}
