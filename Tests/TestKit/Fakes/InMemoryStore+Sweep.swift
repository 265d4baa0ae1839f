public import MillraceDomain

extension InMemoryStore {
    public func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        try transact { state, now in
            var result = SweepResult()
            for id in state.due(now).prefix(max(limit, 0)) {
                state.takeUp(id, LeaseToken(self.ids.next()), terms, now, &result)
            }
            return result
        }
    }
}

extension InMemoryStore.State {
    /// The jobs whose deadline has passed, earliest first.
    fileprivate func due(_ now: Timestamp) -> [JobID] {
        jobs.values.compactMap { stored in stored.dueAt.map { (dueAt: $0, id: stored.job.id) } }
            .filter { $0.dueAt <= now }
            .sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
            .map(\.id)
    }

    fileprivate mutating func takeUp(
        _ id: JobID, _ token: LeaseToken, _ terms: LeaseTerms, _ now: Timestamp, _ result: inout SweepResult
    ) {
        guard var stored = jobs[id] else { return }
        if stored.job.state == .running {
            stored.loseLease(now)
            jobs[id] = stored
            // A job that loses its lease after a cancel was asked ends there; it counts as found.
            free(behind: stored, now, &result)
            if stored.job.state == .dead {
                result.crashLooped += 1
                result.dead.append(stored.job)
            } else {
                result.recovered += 1
            }
        } else if stored.isLate(now), let transition = stored.standing.transition(on: .expired) {
            stored.apply(transition, at: now)
            jobs[id] = stored
            free(behind: stored, now, &result)
            result.expired += 1
        } else if pausedQueues.contains(stored.job.submission.queue) {
            stored.park(now)
            jobs[id] = stored
            result.parked += 1
        } else if let claimed = claim(id, token, terms, now) {
            result.claimed.append(claimed)
        }
    }
}

extension InMemoryStore.State {
    private mutating func free(behind stored: StoredJob, _ now: Timestamp, _ result: inout SweepResult) {
        guard stored.job.state.isTerminal, let next = advance(stored.job.order, ended: stored.job.id, now) else {
            return
        }
        result.freed.append(next.id)
    }
}

extension StoredJob {
    fileprivate mutating func loseLease(_ now: Timestamp) {
        // The table has a move for every running job that loses its lease.
        guard let transition = standing.transition(on: .leaseLost) else { return }
        endRun(transition, as: .lost, error: nil, at: now)
        guard job.state == .dead else { return }
        job.lastError = JobErrorRecord(
            code: "crash_loop", message: "The job lost \(job.lostLeases) leases.", at: now)
    }

    /// Sets a due job of a paused queue aside until the queue goes on or the job expires.
    fileprivate mutating func park(_ now: Timestamp) {
        if let transition = standing.transition(on: .due) { apply(transition, at: now) }
        isParked = true
        dueAt = job.submission.expiresAt
    }
}
