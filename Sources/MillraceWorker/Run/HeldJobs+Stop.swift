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
        tell(chosen.compactMap(\.stop))
        return chosen.map(\.lease)
    }

    /// Cancels handlers on a thread of its own: what they do when they hear of it is code of theirs, and no renewal
    /// waits for it.
    private func tell(_ stops: [@Sendable () -> Void]) {
        guard !stops.isEmpty, !OwnThread.start({ for stop in stops { stop() } }) else { return }
        for stop in stops { stop() }
    }

    /// Stops the handlers whose lease is about to end by our clock.
    func stopOverdue(at now: ContinuousClock.Instant, margin: Duration) -> [Lease] {
        stop { $0.validUntil - margin <= now }
    }

    /// Stops every handler.
    func stopAll() -> [Lease] {
        stop { _ in true }
    }

    /// Notes that a handler's time limit has passed and that it is being cancelled.
    func timeLimitPassed(_ lease: Lease) {
        state.withLock { state in
            guard state.jobs[lease]?.hasEnded == false else { return }
            state.jobs[lease]?.isTimedOut = true
            if state.jobs[lease]?.stopAskedAt == nil { state.jobs[lease]?.stopAskedAt = .now }
        }
    }

    /// Gives up waiting for handlers that have been stopped and go on regardless.
    func abandonAll() -> [Lease] {
        abandon { $0.abandon != nil ? .some($0.outcomeWithoutHandler) : nil }
    }

    /// Gives up waiting for handlers that were stopped longer than `grace` ago and go on regardless: their time limit
    /// or the cancel is recorded, or the job comes back when its lease has ended. Also for those that should have been
    /// stopped by now, or started, and were not: then the threads that all tasks share are blocked.
    func abandonStuck(at now: ContinuousClock.Instant, grace: Duration) -> [Lease] {
        abandon { job in
            if let stopAskedAt = job.stopAskedAt, job.abandon != nil, stopAskedAt + grace <= now {
                return .some(job.outcomeWithoutHandler)
            }
            return job.endsBy + grace + .seconds(1) <= now ? .some(job.abandon == nil ? nil : .timedOut) : nil
        }
    }

    /// Gives up those for which `choose` has an answer, with the outcome that it says.
    private func abandon(where choose: (Held) -> RunOutcome??) -> [Lease] {
        let chosen = state.withLock { state in
            var chosen: [(lease: Lease, outcome: RunOutcome?, job: Held)] = []
            for (lease, job) in state.jobs where !job.hasEnded && !job.isGivenUp {
                guard let outcome = choose(job) else { continue }
                state.jobs[lease]?.isGivenUp = true
                if job.stopAskedAt == nil { state.jobs[lease]?.stopAskedAt = .now }
                chosen.append((lease, outcome, job))
            }
            return chosen
        }
        tell(chosen.compactMap(\.job.stop))
        for (_, outcome, job) in chosen { job.abandon?(outcome) }
        return chosen.map(\.lease)
    }

    /// Takes in what a renewal said.
    ///
    /// - Parameter validUntil: until when the extended ones last, counted from before the renewal was sent.
    /// - Returns: the leases that are lost.
    func renewed(
        _ standings: [(lease: Lease, standing: LeaseStanding)], until validUntil: ContinuousClock.Instant
    ) -> [Lease] {
        let answer = Dictionary(standings.map { ($0.lease, $0.standing) }, uniquingKeysWith: { first, _ in first })
        state.withLock { state in
            for (lease, standing) in answer where state.jobs[lease] != nil {
                switch standing {
                case .lost: state.jobs[lease]?.isLost = true
                case .busy: break
                case .held, .cancelAsked:
                    state.jobs[lease]?.validUntil = validUntil
                    state.jobs[lease]?.isCancelAsked = standing == .cancelAsked
                }
            }
        }
        let stopped = stop { job in
            switch answer[job.claimed.lease] {
            case .lost, .cancelAsked: true
            case .held, .busy, nil: false
            }
        }
        return stopped.filter { answer[$0] == .lost }
    }
}

/// What the loops that write about running jobs need to know.
extension HeldJobs {
    /// The leases to renew.
    var leases: [Lease] {
        state.withLock { state in state.jobs.filter { !$0.value.isLost && !$0.value.isGivenUp }.map(\.key) }
    }

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
