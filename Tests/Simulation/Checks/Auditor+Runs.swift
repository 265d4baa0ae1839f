import MillraceDomain
import TestKit

/// Who may run what, and when.
extension Auditor {
    /// A job was given to somebody.
    func checkStart(_ old: Seen, _ row: StoredRow) {
        let (was, job) = (old.job, row.job)
        let submission = job.submission
        // An operator who sends a job back means now.
        if let runAt = submission.runAt, world.now < runAt, job.generation == 0 {
            fail(.untimely, "\(job.id.short) began early")
        }
        if let expiresAt = submission.expiresAt, world.now >= expiresAt, job.attempt == 1, was.attempt == 0 {
            fail(.untimely, "\(job.id.short) began after it had expired")
        }
        if let next = was.nextAttemptAt, world.now < next { fail(.untimely, "\(job.id.short) was tried again early") }
        if pausedQueues.contains(submission.queue) { fail(.unlawful, "\(job.id.short) began in a paused queue") }
        if job.attempt != was.attempt + 1 {
            fail(.badRecord, "\(job.id.short): attempt \(was.attempt), then \(job.attempt)")
        }
        checkOrder(old)
    }

    /// A call has given leases away.
    func granted(_ claimed: [ClaimedJob], to terms: LeaseTerms) {
        for job in claimed {
            let run = LeasedRun(job.lease, consumer: terms.consumer)
            if runs.updateValue(run, forKey: job.lease.token) != nil { fail(.unlawful, "a token was given twice") }
            if seen[job.lease.jobID]?.token != job.lease.token {
                fail(.unleased, "\(job.word) was claimed and is not held")
            }
        }
    }

    /// A handler begins.
    func began(_ lease: Lease, by life: Life) -> LeasedRun? {
        world.counts[.runs] += 1
        guard let run = runs[lease.token], run.lease == lease, run.consumer == life.node.name, run.life == nil else {
            fail(.unleased, "\(life.node.name) runs \(lease.word) without a lease")
            return nil
        }
        run.life = life
        runsOfJob[lease.jobID, default: []].append(run)
        checkOverlap(lease.jobID)
        return run
    }

    /// Handlers that go on after their node woke must still have the right to.
    func checkOverlaps(of life: Life) {
        for id in accepted where runsOfJob[id]?.contains(where: { $0.life === life && $0.isAtWork }) ?? false {
            checkOverlap(id)
        }
    }

    private func checkOverlap(_ id: JobID) {
        let ids = seen[id]?.key == nil ? [id] : siblings(of: id)
        for id in ids { runsOfJob[id]?.removeAll { $0.outcome != nil || $0.isStopped } }
        let atWork = ids.flatMap { runsOfJob[$0] ?? [] }.filter(\.isAtWork)
        guard atWork.count > 1 else { return }
        fail(.overlapped, atWork.map { "\($0.lease.word) on \($0.consumer)" }.joined(separator: ", "))
    }

    /// What a finish has answered is what it did.
    func finished(_ completions: [JobCompletion], before: [LeaseToken?], _ outcomes: [FinishOutcome]) {
        var ended: Set<LeaseToken> = []
        for (completion, (token, outcome)) in zip(completions, zip(before, outcomes)) {
            let isHeld = token == completion.lease.token && ended.insert(completion.lease.token).inserted
            if case .recorded = outcome {
                if !isHeld { fail(.unlawful, "the stale \(completion.lease.word) was written") }
            } else {
                world.counts[.staleFinishes] += 1
                if isHeld { fail(.lost, "the end of \(completion.lease.word) was not written") }
            }
        }
    }
}
