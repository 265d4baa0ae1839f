import MillraceDomain
import Synchronization

/// Stopping running handlers.
extension HeldJobs {
    /// Stops the handlers that `choose` picks and marks; called with the state locked, the handlers are told after.
    private func stop(where choose: (inout Held) -> Bool) -> [Lease] {
        let chosen = state.withLock { state in
            var chosen: [(lease: Lease, stop: (@Sendable () -> Void)?)] = []
            for lease in Array(state.jobs.keys) {
                guard var job = state.jobs.removeValue(forKey: lease) else { continue }
                if !job.hasEnded, job.stopAskedAt == nil, choose(&job) {
                    job.stopAskedAt = .now
                    chosen.append((lease, job.stop))
                }
                state.jobs[lease] = job
            }
            return chosen
        }
        for job in chosen { job.stop?() }
        return chosen.map(\.lease)
    }

    /// Stops the handlers whose lease is about to end by our clock.
    func stopOverdue(at now: ContinuousClock.Instant, margin: Duration) -> [Lease] {
        stop { $0.validUntil - margin <= now }
    }

    /// Stops every handler.
    func stopAll() -> [Lease] {
        stop { _ in true }
    }

    /// Gives up waiting for handlers that have been stopped and go on regardless.
    func abandonAll() -> [Lease] {
        let stuck = state.withLock { state in state.jobs.filter { $0.value.abandon != nil } }
        for job in stuck.values { job.abandon?(nil) }
        return Array(stuck.keys)
    }

    /// Gives up waiting for handlers that were stopped longer than `grace` ago and go on regardless. A cancelled job
    /// ends so; any other comes back when its lease has ended.
    func abandonStuck(at now: ContinuousClock.Instant, grace: Duration) -> [Lease] {
        let stuck = state.withLock { state in
            state.jobs.filter { job in
                job.value.abandon != nil && job.value.stopAskedAt.map { $0 + grace <= now } ?? false
            }
        }
        for job in stuck.values { job.abandon?(job.isCancelAsked ? .stopped : nil) }
        return Array(stuck.keys)
    }

    /// Takes in what a renewal said.
    ///
    /// - Parameter askedAt: a moment before the renewal was sent.
    /// - Returns: the leases that are lost.
    func renewed(
        _ standings: [(lease: Lease, standing: LeaseStanding)], until validUntil: ContinuousClock.Instant
    ) -> [Lease] {
        let answer = Dictionary(standings.map { ($0.lease, $0.standing) }, uniquingKeysWith: { first, _ in first })
        state.withLock { state in
            for (lease, standing) in answer where state.jobs[lease] != nil {
                if standing == .lost {
                    state.jobs[lease]?.isLost = true
                } else {
                    state.jobs[lease]?.validUntil = validUntil
                    state.jobs[lease]?.isCancelAsked = standing == .cancelAsked
                }
            }
        }
        let stopped = stop { job in (answer[job.claimed.lease] ?? .held) != .held }
        return stopped.filter { answer[$0] == .lost }
    }
}

/// What the loops that write about running jobs need to know.
extension HeldJobs {
    /// The leases to renew.
    var leases: [Lease] { state.withLock { state in state.jobs.filter { !$0.value.isLost }.map(\.key) } }

    /// Notes how far a job is.
    func note(_ progress: JobProgress, of lease: Lease) {
        let isNews = state.withLock { state in
            guard state.jobs[lease]?.hasEnded == false else { return false }
            state.jobs[lease]?.progress = progress
            return true
        }
        if isNews { onProgress.call() }
    }

    /// Takes the progress that has not been written yet, the latest of each job.
    func takeProgress() -> [(lease: Lease, progress: JobProgress)] {
        state.withLock { state in
            var taken: [(lease: Lease, progress: JobProgress)] = []
            for (lease, job) in state.jobs {
                guard let progress = job.progress else { continue }
                taken.append((lease, progress))
                state.jobs[lease]?.progress = nil
            }
            return taken
        }
    }
}
