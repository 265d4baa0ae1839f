public import MillraceDomain

extension InMemoryStore: JobLeases {
    public func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        try transact { state, now in
            let candidates = Set(ids).compactMap { state.jobs[$0] }.filter { stored in
                stored.job.state == .queued && !stored.isLate(now)
                    && !state.pausedQueues.contains(stored.job.submission.queue)
            }
            let urgent = candidates.map(\.job).sorted { left, right in
                (right.submission.priority, left.createdAt, left.id)
                    < (left.submission.priority, right.createdAt, right.id)
            }
            return urgent.prefix(max(limit, 0)).compactMap { job in
                state.claim(job.id, LeaseToken(self.ids.next()), terms, now)
            }
        }
    }

    public func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        try transact { state, now in
            leases.map { lease in
                guard let stored = state.held(lease) else { return .lost }
                state.jobs[lease.jobID]?.dueAt = now + terms.duration
                return stored.job.cancelRequestedAt == nil ? .held : .cancelAsked
            }
        }
    }

    public func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        try transact { state, now in completions.map { state.finish($0, now) } }
    }

    public func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
        try transact { state, _ in
            for (lease, progress) in progress where state.held(lease) != nil {
                state.jobs[lease.jobID]?.job.progress = progress
            }
        }
    }
}

extension InMemoryStore.State {
    /// The job of a lease that is still held.
    fileprivate func held(_ lease: Lease) -> StoredJob? {
        guard let stored = jobs[lease.jobID], stored.holder?.token == lease.token else { return nil }
        return stored
    }

    mutating func claim(
        _ id: JobID, _ token: LeaseToken, _ terms: LeaseTerms, _ now: Timestamp
    ) -> ClaimedJob? {
        guard var stored = jobs[id], stored.claim(token: token, terms: terms, at: now) else { return nil }
        jobs[id] = stored
        return ClaimedJob(job: stored.job, lease: Lease(jobID: id, token: token, order: stored.job.order))
    }

    mutating func finish(_ completion: JobCompletion, _ now: Timestamp) -> FinishOutcome {
        guard var stored = held(completion.lease) else { return .stale }
        let error = completion.failure.map { JobErrorRecord(code: $0.code, message: $0.message, at: now) }
        let isCancelled = stored.standing.cancelAsked && completion.transition.state != .succeeded
        if isCancelled, let transition = stored.standing.transition(on: .stopped) {
            stored.endRun(transition, as: .cancelled, error: error, at: now)
        } else {
            stored.endRun(
                completion.transition, as: completion.outcome, error: error, at: now, dueIn: completion.dueIn)
            stored.job.result = completion.result
        }
        stored.job.lastError = error ?? stored.job.lastError
        jobs[completion.lease.jobID] = stored
        guard stored.job.state.isTerminal else { return .recorded(stored.job.state) }
        return .recorded(stored.job.state, freed: advance(stored.job.order, ended: stored.job.id, now)?.id)
    }
}
