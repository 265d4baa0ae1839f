import MillraceDomain
import Synchronization

/// The jobs that this process holds leases of, and the slots they take.
///
/// A job is held from its claim until its outcome is written, so that its lease is renewed all that time; its slot
/// is free again as soon as its handler has ended.
final class HeldJobs: Sendable {
    /// One of them.
    struct Held {
        let claimed: ClaimedJob
        /// By our clock, counted from before the request that took or extended the lease.
        var validUntil: ContinuousClock.Instant
        var stop: (@Sendable () -> Void)?
        var abandon: (@Sendable (RunOutcome?) -> Void)?
        var stopAskedAt: ContinuousClock.Instant?
        /// When its time limit will have passed. Known from its start; before, when it should have started long ago.
        var endsBy: ContinuousClock.Instant
        /// Whether its time limit has passed.
        var isTimedOut = false
        /// Whether it was stopped because somebody cancelled the job.
        var isCancelAsked = false
        /// Whether its handler is not waited for any more. Its lease is not renewed from then on.
        var isGivenUp = false
        /// Whether the store has said that the lease is not ours any more.
        var isLost = false
        /// Whether its handler has ended and its outcome waits to be written.
        var hasEnded = false
        var progress: JobProgress?

        /// What is written of a run whose handler does not return; nil when the job comes back by itself, when its
        /// lease has ended.
        var outcomeWithoutHandler: RunOutcome? { isTimedOut ? .timedOut : isCancelAsked ? .stopped : nil }
    }

    struct State {
        var jobs: [Lease: Held] = [:]
        var reservedSlots = 0
        /// Slots that handlers take, those in quarantine included.
        var running = 0
        var unwritten = 0
        var isDraining = false
        /// Whether a sweep has found no slot and is owed some.
        var isSweepOwed = false
    }

    let state = Mutex(State())
    /// The claimed jobs, for the runner.
    let claims: AsyncStream<ClaimedJob>
    /// Called when there is progress to write.
    let onProgress = Wake()
    private let claimsContinuation: AsyncStream<ClaimedJob>.Continuation
    private let settings: WorkerSettings
    private let onFreeSlot: Wake

    init(settings: WorkerSettings, onFreeSlot: Wake) {
        self.settings = settings
        self.onFreeSlot = onFreeSlot
        // Bounded by the slots: nothing is put in without one.
        (claims, claimsContinuation) = AsyncStream.makeStream()
    }

    // MARK: Slots

    /// Sets slots aside for a claim that is about to be sent.
    ///
    /// - Returns: how many, at most `limit`; none while outcomes pile up, or once the process drains.
    func reserve(upTo limit: Int, forSweep isSweep: Bool = false) -> Int {
        state.withLock { state in
            guard !state.isDraining else { return 0 }
            let piledUp = max(0, state.unwritten - settings.finishBound)
            // A backlog that takes every slot the moment it is free would starve what only a sweep finds.
            let owed = state.isSweepOwed && !isSweep ? max(1, settings.concurrency / 8) : 0
            let free = settings.concurrency - state.running - state.reservedSlots - piledUp - owed
            let slots = min(max(free, 0), limit)
            if isSweep { state.isSweepOwed = slots == 0 }
            state.reservedSlots += slots
            return slots
        }
    }

    /// Whether a sweep has found no slot and the next free ones are kept for it.
    var isSweepOwed: Bool { state.withLock { $0.isSweepOwed } }

    /// Frees slots that were set aside in vain.
    func giveBack(slots: Int) {
        guard slots > 0 else { return }
        state.withLock { $0.reservedSlots -= slots }
        // Whoever found no slot meanwhile must not wait for the next job to end.
        onFreeSlot.call()
    }

    // MARK: From the claim to the written outcome

    /// Takes in what a claim brought and hands it to the runner.
    ///
    /// - Parameters:
    ///   - askedAt: a moment before the claim was sent.
    ///   - reserved: how many slots had been set aside for it.
    func hold(_ jobs: [ClaimedJob], since askedAt: ContinuousClock.Instant, reserved: Int) {
        state.withLock { state in
            state.reservedSlots -= reserved
            state.running += jobs.count
            for job in jobs {
                let validUntil = askedAt + settings.lease
                state.jobs[job.lease] = Held(claimed: job, validUntil: validUntil, endsBy: validUntil)
            }
        }
        for job in jobs { claimsContinuation.yield(job) }
        if jobs.count < reserved { onFreeSlot.call() }
    }

    /// Whether a job's lease lasts long enough for its handler to be started: past that another process may have it.
    func mayStart(_ lease: Lease, at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let job = state.jobs[lease] else { return false }
            return !job.isLost && !job.isGivenUp && job.validUntil - settings.leaseMargin > now
        }
    }

    /// Notes that a job's handler runs and how to stop it; stops it at once when that was asked for before.
    ///
    /// - Parameters:
    ///   - endingBy: when its time limit will have passed.
    ///   - abandon: ends the wait for a handler that does not stop, with the outcome to write, if any.
    func start(
        _ lease: Lease, endingBy: ContinuousClock.Instant, stop: @escaping @Sendable () -> Void,
        abandon: @escaping @Sendable (RunOutcome?) -> Void
    ) {
        let (isStopAsked, isGivenUp) = state.withLock { state in
            state.jobs[lease]?.endsBy = endingBy
            state.jobs[lease]?.stop = stop
            state.jobs[lease]?.abandon = abandon
            return (state.jobs[lease].map { $0.stopAskedAt != nil } ?? true, state.jobs[lease]?.isGivenUp ?? false)
        }
        if isStopAsked { stop() }
        // It should have started long ago, and its lease is left to end.
        if isGivenUp { abandon(nil) }
    }

    /// Notes that a job's handler has ended, was never started or is not waited for any more.
    ///
    /// - Parameter keepsSlot: for a handler that goes on; ``leaveQuarantine()`` comes later.
    /// - Returns: whether its outcome shall be written; false when the lease is lost.
    func end(_ lease: Lease, isWritten: Bool, keepsSlot: Bool = false) -> Bool {
        let isKept = state.withLock { state in
            if !keepsSlot { state.running -= 1 }
            guard isWritten, var job = state.jobs[lease], !job.isLost else {
                state.jobs[lease] = nil
                return false
            }
            job.hasEnded = true
            (job.stop, job.abandon, job.progress) = (nil, nil, nil)
            state.jobs[lease] = job
            state.unwritten += 1
            return true
        }
        onFreeSlot.call()
        return isKept
    }

    /// Frees the slot of a handler that was given up on and has returned.
    func leaveQuarantine() {
        state.withLock { $0.running -= 1 }
        onFreeSlot.call()
    }

    /// Forgets jobs whose outcome is written, or can never be.
    func forget(_ leases: [Lease]) {
        state.withLock { state in
            for lease in leases where state.jobs.removeValue(forKey: lease) != nil { state.unwritten -= 1 }
        }
        onFreeSlot.call()
    }

    // MARK: Shutdown

    /// Whether claimed jobs may still be started.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// No more claims; what is claimed and not started goes back.
    func beginDrain() {
        state.withLock { $0.isDraining = true }
    }

    /// Ends `claims` after those that are in it. Called when nothing claims any more.
    func closeClaims() {
        claimsContinuation.finish()
    }
}
