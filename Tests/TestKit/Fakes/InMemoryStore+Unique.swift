import MillraceDomain

/// Who holds a key, and for how long.
struct HeldKey {
    let jobID: JobID
    let scope: UniqueClaim.Scope
    let until: Timestamp?
}

extension InMemoryStore.State {
    /// Takes the key that a submission asks for, ending the job that it replaces.
    ///
    /// - Returns: its answer when another job holds the key; nil when it may become a job.
    mutating func takeKey(for new: NewJob, _ now: Timestamp) -> SubmitOutcome? {
        guard let key = new.uniqueKey, let unique = new.submission.unique else { return nil }
        if let holder = holder(of: key, now) {
            let job = jobs[holder]?.job
            switch unique.onConflict {
            case .return: return job.map { .existing($0) } ?? .uniqueArchived(holder)
            case .reject: return .uniqueConflict(holder)
            case .replace:
                guard job?.state.isReplaceable == true, let moved = jobs[holder]?.standing.transition(on: .cancelled)
                else { return .uniqueConflict(holder) }
                jobs[holder]?.apply(moved, at: now)
                advance(job?.order, grace: InMemoryStore.sweepGrace, now)
            }
        }
        hold(key, unique.scope, by: new.id, acceptedAt: now)
        return nil
    }

    /// Takes the key again for a job that is to live again.
    mutating func retakeKey(for job: Job, _ now: Timestamp) throws(DomainError) {
        guard let key = job.uniqueKey, job.submission.unique?.scope == .active else { return }
        if let holder = holder(of: key, now), holder != job.id { throw .uniqueConflict(holder) }
        hold(key, .active, by: job.id, acceptedAt: now)
    }

    private func holder(of key: UniqueKey, _ now: Timestamp) -> JobID? {
        guard let held = heldKeys[key] else { return nil }
        switch held.scope {
        case .active: return jobs[held.jobID]?.job.state.isTerminal == false ? held.jobID : nil
        case .forever: return held.jobID
        case .window: return held.until.map { $0 > now } == true ? held.jobID : nil
        }
    }

    private mutating func hold(_ key: UniqueKey, _ scope: UniqueClaim.Scope, by id: JobID, acceptedAt: Timestamp) {
        var until: Timestamp?
        if case .window(let window) = scope { until = acceptedAt + window }
        heldKeys[key] = HeldKey(jobID: id, scope: scope, until: until)
    }
}
