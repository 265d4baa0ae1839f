import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread that runs a few tasks apart from the threads that all others share: whatever handlers do to those, leases
/// are renewed and watched on time.
///
/// Its tasks wait by ``sleep(for:)`` only: the clocks' own sleep needs one of the shared threads to wake up.
final class LeaseThread: TaskExecutor {
    private struct Sleeper {
        let wakesAt: ContinuousClock.Instant
        /// True when its time has come, false when its task was cancelled.
        let alarm: OneShot<Bool>
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var sleepers: [Int: Sleeper] = [:]
        var lastSleeper = 0
        var isStopping = false
    }

    /// What the thread found to do.
    private enum Turn {
        case work([UnownedJob], due: [OneShot<Bool>])
        case wait(milliseconds: Int32)
        case end
    }

    private let state = Mutex(State())
    private let readEnd: Int32
    private let writeEnd: Int32

    /// Starts the thread; ``stop()`` ends it.
    ///
    /// - Throws: `NoThread` when the system has no thread or no descriptor left.
    init() throws(NoThread) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NoThread() }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        guard OwnThread.start({ self.run() }) else { throw NoThread() }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wake()
    }

    /// Waits without any thread but this one.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper(wakesAt: .now + duration, alarm: OneShot())
        let number = state.withLock { state in
            state.lastSleeper += 1
            state.sleepers[state.lastSleeper] = sleeper
            return state.lastSleeper
        }
        wake()
        let isOver = await withTaskCancellationHandler {
            await sleeper.alarm.value
        } onCancel: {
            state.withLock { $0.sleepers[number] = nil }
            sleeper.alarm.fulfil(false)
        }
        guard isOver else { throw CancellationError() }
    }

    /// Ends the thread once its tasks have ended. Called after the last of them.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    private func wake() {
        // A full pipe wakes just as well, so the count written does not matter.
        _ = write(writeEnd, "w", 1)
    }

    private func run() {
        while true {
            switch nextTurn(.now) {
            case .end: return
            case .wait(let milliseconds): wait(milliseconds)
            case .work(let jobs, let due):
                for alarm in due { alarm.fulfil(true) }
                for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            }
        }
    }

    private func nextTurn(_ now: ContinuousClock.Instant) -> Turn {
        state.withLock { state in
            let due = state.sleepers.filter { $0.value.wakesAt <= now }
            for number in due.keys { state.sleepers[number] = nil }
            defer { state.jobs = [] }
            guard state.jobs.isEmpty, due.isEmpty else {
                return .work(state.jobs, due: due.values.map(\.alarm))
            }
            guard !state.isStopping else { return .end }
            guard let next = state.sleepers.values.map(\.wakesAt).min() else { return .wait(milliseconds: -1) }
            // Rounded up, so that the moment has come when the wait is over.
            let left = (next - now) / .milliseconds(1)
            return .wait(milliseconds: Int32(min(left, 3_600_000)) + 1)
        }
    }

    private func wait(_ milliseconds: Int32) {
        var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, milliseconds) > 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}

/// The system has no thread left.
struct NoThread: Error {}
