import MillraceDomain
import TestKit

/// What may change from one look at a job to the next.
extension Auditor {
    /// What must hold of every row at any time.
    func check(_ row: StoredRow) {
        let job = row.job
        let isRunning = job.state == .running
        if isRunning != (row.token != nil) {
            fail(.unlawful, "\(job.id.short) is \(job.state), token \(row.token?.short ?? "none")")
        }
        if job.state.isTerminal != (job.finishedAt != nil) {
            fail(.unlawful, "\(job.id.short) is \(job.state), ended \(job.finishedAt != nil)")
        }
        if job.state.isTerminal, row.dueAt != nil { fail(.unlawful, "\(job.id.short) has ended and is due") }
        if !job.state.isTerminal, row.dueAt == nil, !row.isParked, job.state != .blocked {
            fail(.stuck, "\(job.id.short) is \(job.state) and never due")
        }
        if job.attempt > job.submission.maxAttempts ?? .max {
            fail(.badRecord, "\(job.id.short) has attempt \(job.attempt)")
        }
        checkAttempts(row)
    }

    /// Attempts and records of runs agree, and nothing succeeded twice.
    private func checkAttempts(_ row: StoredRow) {
        let job = row.job
        let records = row.attempts.filter { $0.generation == job.generation }
        // A run that was asked to stop and lost its lease ends its job: no attempt is given back then.
        let isEndedByLoss = job.state == .cancelled && job.cancelRequestedAt != nil && records.last?.outcome == .lost
        let endedByLoss = isEndedByLoss ? 1 : 0
        let charged = records.count { [.succeeded, .failed, .cancelled].contains($0.outcome) } + endedByLoss
        if job.attempt != charged + (job.state == .running ? 1 : 0) {
            fail(.badRecord, "\(job.id.short) is \(job.state), attempt \(job.attempt), runs \(records.map(\.outcome))")
        }
        if job.lostLeases != records.count(where: { $0.outcome == .lost }) - endedByLoss {
            fail(.badRecord, "\(job.id.short) has lost \(job.lostLeases) leases, runs \(records.map(\.outcome))")
        }
        let successes = records.count { $0.outcome == .succeeded }
        if successes != (job.state == .succeeded ? 1 : 0) {
            fail(.badRecord, "\(job.id.short) is \(job.state) with \(successes) successes")
        }
    }

    func compare(_ old: Seen, _ row: StoredRow, _ cause: Cause) {
        let (was, job) = (old.job, row.job)
        if was.state.isTerminal {
            if was == job, old.attempts == row.attempts { return }
            guard cause == .retry, job.generation == was.generation + 1,
                [.queued, .scheduled, .blocked].contains(job.state),
                old.attempts == row.attempts
            else {
                return fail(.changedAfterEnd, "\(job.id.short): \(cause) made \(was.state) \(job.state)")
            }
            noteRetry(job.id)
            world.counts[.retried] += 1
            return
        }
        if job.generation != was.generation || !row.attempts.starts(with: old.attempts) {
            return fail(.unlawful, "\(job.id.short): \(cause) rewrote its history")
        }
        if was.state == .running { compareRun(old, row, cause) } else { compareWaiting(old, row, cause) }
    }

    private func compareWaiting(_ old: Seen, _ row: StoredRow, _ cause: Cause) {
        let (was, job) = (old.job, row.job)
        if row.attempts.count != old.attempts.count { fail(.badRecord, "\(job.id.short): a run that was none") }
        switch (was.state, job.state) {
        case (.blocked, .queued), (.blocked, .scheduled): checkFreed(old)
        case (.scheduled, .queued), (.retrying, .queued): break
        case (let before, let after) where before == after: break
        case (.blocked, .running): fail(.unlawful, "\(job.id.short): \(cause) ran it while it was blocked")
        case (_, .running):
            if cause != .claim && cause != .sweep { fail(.unlawful, "\(job.id.short): \(cause) ran it") }
            checkStart(old, row)
        case (_, .expired):
            if job.submission.expiresAt.map({ world.now < $0 }) ?? true {
                fail(.untimely, "\(job.id.short) expired early")
            }
            world.counts[.expired] += 1
        case (_, .cancelled):
            if cause != .cancel { fail(.unlawful, "\(job.id.short): \(cause) cancelled it") }
            world.counts[.cancelled] += 1
        default: fail(.unlawful, "\(job.id.short): \(cause) made \(was.state) \(job.state)")
        }
    }

    private func compareRun(_ old: Seen, _ row: StoredRow, _ cause: Cause) {
        let (was, job) = (old.job, row.job)
        guard job.state != .running else {
            if row.token != old.token { fail(.unlawful, "\(job.id.short): \(cause) gave its run to another") }
            return
        }
        guard row.attempts.count == old.attempts.count + 1, let record = row.attempts.last else {
            return fail(.badRecord, "\(job.id.short): \(cause) ended a run and kept \(row.attempts.count) records")
        }
        if record.outcome == .lost {
            if cause != .sweep || old.dueAt.map({ world.now < $0 }) ?? true {
                fail(.untimely, "\(job.id.short): \(cause) took a lease that is good")
            }
            world.counts[.lostLeases] += 1
            if job.state == .dead { world.counts[.crashLoops] += 1 }
        } else {
            if cause != .finish { fail(.unlawful, "\(job.id.short): \(cause) ended its run") }
            checkEnd(old, row, record)
        }
        if job.state == .dead { noteDeath(old) }
        if job.state == .cancelled {
            if was.cancelRequestedAt == nil { fail(.unlawful, "\(job.id.short): nobody has cancelled it") }
            world.counts[.cancelled] += 1
        }
    }

    /// What is written of a run is what its handler did.
    private func checkEnd(_ old: Seen, _ row: StoredRow, _ record: JobAttempt) {
        let job = row.job
        guard let run = old.token.flatMap({ runs[$0] }), let outcome = run.outcome else {
            return fail(.unlawful, "\(job.id.short): the end of a run that goes on was written")
        }
        let isTrue: Bool
        switch (outcome, record.outcome) {
        case (.succeeded, .succeeded), (.snoozed, .snoozed), (.failed, .failed), (.stopped, .released),
            (.released, .released):
            isTrue = true
        case (.succeeded, _), (_, .succeeded): isTrue = false
        case (_, .cancelled): isTrue = old.job.cancelRequestedAt != nil
        default: isTrue = false
        }
        if !isTrue { fail(.unlawful, "\(job.id.short): its run \(outcome), written \(record.outcome)") }
        switch job.state {
        case .succeeded: world.counts[.succeeded] += 1
        case .dead: world.counts[.dead] += 1
        case .retrying: checkDelay(row, outcome)
        case .scheduled: world.counts[.snoozed] += 1
        case .queued: world.counts[.released] += 1
        case .running, .blocked, .cancelled, .expired: break
        }
    }

    /// A failed job waits as long as its policy says, by the store's clock.
    private func checkDelay(_ row: StoredRow, _ outcome: RunOutcome) {
        world.counts[.failed] += 1
        guard case .failed(let failure) = outcome, let dueAt = row.dueAt else { return }
        let policy = Workshop.policy.retry
        let least = policy.delay(afterAttempt: row.job.attempt, spread: -0.2, retryAfter: failure.retryAfter)
        let most = policy.delay(afterAttempt: row.job.attempt, spread: 0.2, retryAfter: failure.retryAfter)
        let delay = dueAt - world.now
        if delay < least || delay > most { fail(.untimely, "\(row.job.id.short) is tried again after \(delay)") }
    }
}
