/// Where live and recent jobs are, seen by those who submit and ask.
///
/// "Now" is the store's clock. Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or
/// `.failure` besides what it names. `owner` nil means any owner.
public protocol JobRepository: AuditedPort {
    /// Accepts jobs; when this returns they are durable. A job whose start time lies in the future is scheduled,
    /// any other queued, with a short grace before a sweep may take it. Concurrent calls may share one write.
    ///
    /// A job with an ordering key is blocked while another of its key is live, or while the key is held. Jobs of one
    /// key are accepted one after the other; those of one call in the order given.
    ///
    /// Of several that ask for one unique key, one becomes a job; whose key another job holds, is answered as it asks
    /// for (`UniqueClaim.Conflict`), but for a repeated id of its own, which is that job. Whoever is replaced is
    /// cancelled if and only if its successor is accepted.
    ///
    /// Where owners have quotas, a new job that goes beyond its owner's is refused; those after it that fit are not.
    /// Whatever is written elsewhere at the same moment may not be counted yet.
    ///
    /// An id from outside stays known for some days after its job has gone to the archive.
    ///
    /// - Parameter isAtomic: true to accept all of them or none: anything but `.accepted` or `.existing` for one
    ///   leaves no trace of the others.
    /// - Returns: what became of each, in the order given.
    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome]

    /// Accepts jobs as the call without `keeping`, all in one transaction, for a request that may be sent again; its
    /// reply is kept in that transaction. Where there is no reply to keep, nothing is accepted.
    ///
    /// - Returns: what became of each, or the reply of the last 24 hours when the same request came before.
    /// - Throws: `DomainError.conflict(.idempotencyInFlight)` while the same request is being done;
    ///   `.idempotencyMismatch` when it asked for something else before.
    func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]>

    /// The job with this id, if it belongs to `owner`.
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job?

    /// Those of these jobs that exist, in any order.
    func find(_ ids: [JobID]) async throws(DomainError) -> [Job]

    /// The states of those of these jobs that exist.
    func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState]

    /// Jobs that pass the filter, newest first.
    func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job>

    /// The runs of a job in order, lost ones included; empty for a job that does not exist.
    func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt]

    /// Ends a waiting job, or writes down that its holder shall stop it.
    ///
    /// - Returns: the job after that: cancelled, or running with `cancelRequestedAt` set; ready is the job of its
    ///   ordering key that it has freed.
    /// - Throws: `DomainError.notFound(.job)`, `.conflict(.alreadyTerminal)`.
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob

    /// Sends an ended job back to its queue in a new generation. One with an ordering key takes its old place: it is
    /// blocked while another of the key is live, and the next when that ends. A key that it holds is released.
    ///
    /// - Parameters:
    ///   - evenSucceeded: whether a job that succeeded may run again.
    ///   - generation: the one that has ended, when it is that end and no later one which is to be undone; nil for any.
    /// - Throws: `DomainError.notFound(.job)`, also when the owner has been removed or it is another generation that is
    ///   here; `.conflict(.notTerminal)`, `.conflict(.alreadySucceeded)`; `.uniqueConflict` when another job holds the
    ///   key that it claims while active.
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob

    /// Takes an archived job back, with its runs, and sends it to its queue in a new generation. The archive's copy
    /// is outdated from then on.
    ///
    /// - Parameter onDead: what its next death means for the jobs behind it, which no archive keeps.
    /// - Returns: the job; nil when a job with its id is here already.
    /// - Throws: `DomainError.notFound(.job)` when its owner has been removed; `.uniqueConflict` as a retry.
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob?

    /// Lets the jobs of a key go on that a dead job holds.
    ///
    /// - Returns: the jobs that are ready now.
    /// - Throws: `DomainError.conflict(.holdsNoKey)` when this job does not hold it.
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint]
}

extension JobRepository {
    /// Sends an ended job back, in whatever generation it has ended.
    public func retry(_ id: JobID, owner: UserID?, evenSucceeded: Bool) async throws(DomainError) -> ChangedJob {
        try await retry(id, owner: owner, evenSucceeded: evenSucceeded, generation: nil)
    }
}

/// A job that was moved, and what may run now.
public struct ChangedJob: Hashable, Sendable {
    /// The job after the move.
    public let job: Job
    /// The jobs that are ready because of it; it may be one of them.
    public let ready: [DispatchHint]

    /// Makes one.
    public init(_ job: Job, ready: [DispatchHint] = []) {
        self.job = job
        self.ready = ready
    }
}

/// A checked submission with everything filled in that a store needs.
public struct NewJob: Hashable, Sendable {
    /// The identity under which it will be stored.
    public let id: JobID
    /// The user to whom it will belong.
    public let ownerID: UserID
    /// What is asked for; `maxAttempts` is never nil.
    public let submission: JobSubmission
    /// What its death means for the jobs of its ordering key behind it.
    public let onDead: DeathPolicy

    /// Makes a new job.
    public init(id: JobID, ownerID: UserID, submission: JobSubmission, onDead: DeathPolicy = .proceed) {
        self.id = id
        self.ownerID = ownerID
        self.submission = submission
        self.onDead = onDead
    }
}

/// What became of one submission.
public enum SubmitOutcome: Hashable, Sendable {
    /// It is a job now.
    case accepted(Job)
    /// It was one already: same id, same content (`Job.isSame`); or the job that holds its unique key is its answer.
    ///
    /// - Parameter isArchived: whether it was found in the archive, which a repository itself never looks into.
    case existing(Job, isArchived: Bool = false)
    /// Its id belongs to another job.
    case idTaken
    /// It was one already, which has ended and gone to the archive, where its content is.
    case archived
    /// Its owner does not exist.
    case unknownOwner
    /// That job holds its unique key, and it asks for no other answer or cannot have it.
    case uniqueConflict(JobID)
    /// That job holds its unique key and is its answer, but has ended and gone to the archive.
    case uniqueArchived(JobID)
    /// Its owner has as much as it may have.
    case overQuota(QuotaExcess)
}
