import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The way into the pool's thread: a list of commands and a pipe that wakes the thread when it sleeps.
final class PoolInbox: Sendable {
    private struct State {
        var commands: [PoolCommand] = []
        var isAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let readEnd: Int32
    private let writeEnd: Int32

    /// - Throws: ``PostgresError/Kind/configuration`` when the process has no file descriptor left.
    init() throws(PostgresError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PostgresError(.configuration, "No pipe could be opened: error \(errno).")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Becomes readable when a command waits for a sleeping thread.
    var descriptor: Int32 { readEnd }

    /// Hands over a command; false when the thread has ended or is about to, and nobody will see it.
    func post(_ command: PoolCommand) -> Bool {
        let (accepted, wake) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if wake {
            // A full pipe wakes just as well, so the count written does not matter.
            _ = write(writeEnd, "w", 1)
        }
        return accepted
    }

    /// Takes what has come in, leaving `spare`'s storage in its place.
    func take(into spare: inout [PoolCommand]) {
        spare.removeAll(keepingCapacity: true)
        state.withLock { state in swap(&state.commands, &spare) }
    }

    /// Announces that the thread will sleep; false when something has come in meanwhile.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty
            return state.isAsleep
        }
    }

    /// The thread is awake again and needs no waking.
    func wakeUp(signalled: Bool) {
        state.withLock { $0.isAsleep = false }
        guard signalled else { return }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    /// Refuses everything from now on and returns what nobody has seen yet.
    func close() -> [PoolCommand] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }

    private func close(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }
}
