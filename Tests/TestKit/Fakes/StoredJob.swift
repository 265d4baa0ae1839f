import MillraceDomain

/// A job as the store keeps it: with its deadline, its lease and its history.
struct StoredJob {
    /// The lease under which a job runs.
    struct Holder {
        let token: LeaseToken
        let consumer: String
    }

    var job: Job
    /// When a sweep may take it up; nil for never.
    var dueAt: Timestamp?
    /// Who runs it.
    var holder: Holder?
    /// Whether a sweep found it due in a paused queue.
    var isParked = false
    /// How its runs ended.
    var attempts: [JobAttempt] = []
    /// Whether its id came from outside.
    var hasOwnID = false
    /// Its place among the jobs of its ordering key.
    var place: Int64?
    /// What its death means for those behind it.
    var onDead = DeathPolicy.proceed

    var standing: JobStanding {
        JobStanding(job.state, cancelAsked: job.cancelRequestedAt != nil, lostLeases: job.lostLeases)
    }

    /// Whether the time by which it had to start has passed.
    func isLate(_ now: Timestamp) -> Bool {
        job.submission.expiresAt.map { $0 <= now } ?? false
    }
}

extension StoredJob {
    /// Makes a row of a job that nobody has seen yet.
    ///
    /// - Parameter place: its place in its order, where it waits to be freed.
    init(_ new: NewJob, at now: Timestamp, place: Int64?) {
        var submission = new.submission
        submission.id = new.id
        let runAt = submission.runAt ?? now
        submission.runAt = runAt
        let event = JobEvent.submitted(startsLater: runAt > now, predecessorIsLive: place != nil)
        // The table has a move for every submission.
        let state = JobStanding(nil).transition(on: event)?.state ?? .queued
        job = Job(id: new.id, ownerID: new.ownerID, submission: submission, state: state, createdAt: now)
        dueAt = state == .scheduled ? runAt : now + InMemoryStore.sweepGrace
        if state == .blocked { dueAt = submission.expiresAt }
        self.place = place
        onDead = new.onDead
        hasOwnID = new.submission.id != nil
    }

    /// Makes a row of a job that comes back from the archive, in the state in which it went there.
    init(_ archived: ArchivedJob) {
        job = archived.job
        attempts = archived.attempts
    }

    /// Makes a move of the state table, leases and deadlines apart.
    mutating func apply(_ transition: JobTransition, at now: Timestamp) {
        let effects = transition.effects
        job.state = transition.state
        job.nextAttemptAt = nil
        isParked = false
        if effects.contains(.chargeAttempt) { job.attempt += 1 }
        if effects.contains(.refundAttempt) { job.attempt -= 1 }
        if effects.contains(.countLostLease) { job.lostLeases += 1 }
        if effects.contains(.askCancel) { job.cancelRequestedAt = job.cancelRequestedAt ?? now }
        if effects.contains(.newGeneration) { beginGeneration() }
        if effects.contains(.finish) {
            job.finishedAt = now
            dueAt = nil
        }
    }

    private mutating func beginGeneration() {
        job.generation += 1
        job.attempt = 0
        job.lostLeases = 0
        job.cancelRequestedAt = nil
        job.finishedAt = nil
        job.progress = nil
        job.lastError = nil
        job.result = nil
    }

    /// Gives the job to a consumer; false when it cannot run from where it stands.
    mutating func claim(token: LeaseToken, terms: LeaseTerms, at now: Timestamp) -> Bool {
        guard let transition = standing.transition(on: .claimed) else { return false }
        apply(transition, at: now)
        holder = Holder(token: token, consumer: terms.consumer)
        job.startedAt = now
        dueAt = now + terms.duration
        return true
    }

    /// Ends the run under way and keeps a record of it.
    mutating func endRun(
        _ transition: JobTransition, as outcome: JobAttempt.Outcome, error: JobErrorRecord?, at now: Timestamp,
        dueIn: Duration = .zero
    ) {
        attempts.append(
            JobAttempt(
                attempt: job.attempt, generation: job.generation, startedAt: job.startedAt ?? now, finishedAt: now,
                outcome: outcome, error: error, consumer: holder?.consumer ?? ""))
        dueAt = now + dueIn
        holder = nil
        apply(transition, at: now)
        if job.state == .retrying { job.nextAttemptAt = dueAt }
    }
}
