import Logging
import MillraceDomain
import ServiceLifecycle
import Synchronization

/// Waits for jobs to end, for every request of the process that waits for one.
///
/// All of them together cost one query a moment, and none while nobody waits.
final class JobWatcher: Service {
    private struct Waiter {
        let jobID: JobID
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 0
        var isReleased = false
    }

    private let jobs: any JobRepository
    private let interval: Duration
    private let maxWaiters: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// Makes a watcher.
    ///
    /// - Parameters:
    ///   - interval: how often the states are read while somebody waits.
    ///   - maxWaiters: how many may wait at once.
    init(jobs: any JobRepository, interval: Duration, maxWaiters: Int, logger: Logger) {
        self.jobs = jobs
        self.interval = interval
        self.maxWaiters = maxWaiters
        self.logger = logger
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many wait now.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Returns when the job has ended or is gone, when the time is up, when the caller is cancelled, or when the
    /// process stops.
    ///
    /// - Throws: `DomainError.unavailable` when too many wait already.
    func wait(for jobID: JobID, atMost limit: Duration) async throws(DomainError) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let deadline = ContinuousClock.now + limit
        let isWelcome = await withTaskCancellationHandler {
            var isWelcome = true
            await withCheckedContinuation { continuation in
                let waiter = Waiter(jobID: jobID, deadline: deadline, continuation: continuation)
                isWelcome = admit(waiter, id)
            }
            return isWelcome
        } onCancel: {
            resume(state.withLock { $0.waiters.removeValue(forKey: id).map { [$0] } ?? [] })
        }
        guard isWelcome else { throw .unavailable }
    }

    /// Lets everybody go, now and from now on.
    func release() {
        let waiters = state.withLock { state in
            state.isReleased = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        resume(waiters)
    }

    /// Reads the states of all jobs waited for, and lets go whose job has ended or whose time is up.
    func poll(now: ContinuousClock.Instant = .now) async {
        let ids = Set(state.withLock { $0.waiters.values.map(\.jobID) })
        guard !ids.isEmpty else { return }
        var ended: Set<JobID> = []
        do {
            let states = try await jobs.states(of: Array(ids))
            ended = ids.filter { states[$0]?.isTerminal ?? true }
        } catch {
            // Those who wait go on to wait: their own reading of the job will tell them.
            logger.debug("states of awaited jobs not read", metadata: ["error.message": "\(error)"])
        }
        let free = state.withLock { state in
            let free = state.waiters.filter { ended.contains($0.value.jobID) || $0.value.deadline <= now }
            for id in free.keys { state.waiters[id] = nil }
            return Array(free.values)
        }
        resume(free)
    }

    /// Polls while somebody waits, until the process stops.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.arrivals {
                while self.waiterCount > 0, !Task.isCancelled {
                    await self.poll()
                    // A cancelled sleep is the end of the loop.
                    try? await Task.sleep(for: self.interval)
                }
            }
        }
        release()
    }

    /// Takes a waiter in; false when there are too many.
    private func admit(_ waiter: Waiter, _ id: UInt64) -> Bool {
        let (isWaiting, isWelcome) = state.withLock { state in
            guard !state.isReleased, !Task.isCancelled else { return (false, true) }
            guard state.waiters.count < maxWaiters else { return (false, false) }
            state.waiters[id] = waiter
            return (true, true)
        }
        if isWaiting { arrival.yield() } else { waiter.continuation.resume() }
        return isWelcome
    }

    private func resume(_ waiters: [Waiter]) {
        for waiter in waiters { waiter.continuation.resume() }
    }
}
