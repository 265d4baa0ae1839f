/// Where live jobs are, seen by those who run them.
///
/// "Now" is the store's clock. Every write names the lease token it acts under, and changes nothing when the job no
/// longer carries it. Every method may throw `DomainError.unavailable`, `.ambiguous` or `.failure`.
public protocol JobLeases: Sendable {
    /// Claims those of these jobs that are queued and not expired and whose queue is not paused, highest priority
    /// first, then oldest, at most `limit`. A job is claimed by one caller only; jobs that another caller is
    /// claiming at this moment are passed over.
    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob]

    /// Takes up live jobs whose deadline has passed, earliest first: expires the late, returns those with lost
    /// leases to their queues (the third lost lease is death), parks those of paused queues, and claims the rest,
    /// at most `limit` of each call altogether. An end of a job whose ordering key is in use at this moment is left
    /// to the next sweep.
    func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult

    /// Extends the leases that are still held. Never waits for whoever else writes one of the jobs: a single one of
    /// them must not cost a process all its leases.
    ///
    /// - Returns: a state for each lease, in the order given.
    func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding]

    /// Writes the ends of runs: job and attempt record together, each only under its lease. A cancel that was asked
    /// for meanwhile wins over every end but success, as the state table says. The end of a job with an ordering key
    /// frees the next one in the same transaction.
    ///
    /// - Returns: what became of each, in the order given.
    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome]

    /// Writes how far runs are, each only under its lease.
    func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError)
}

/// What a sweep found.
public struct SweepResult: Sendable {
    /// Jobs to run now.
    public var claimed: [ClaimedJob]
    /// How many expired.
    public var expired: Int
    /// How many had lost their lease and wait again.
    public var recovered: Int
    /// How many had lost their lease too often and are dead.
    public var crashLooped: Int
    /// How many belong to paused queues.
    public var parked: Int
    /// Jobs that are ready because the one before them in their order has ended here.
    public var freed: [JobID]
    /// The jobs that have died, as they are now.
    public var dead: [Job]

    /// Makes a result.
    public init(
        claimed: [ClaimedJob] = [], expired: Int = 0, recovered: Int = 0, crashLooped: Int = 0, parked: Int = 0,
        freed: [JobID] = [], dead: [Job] = []
    ) {
        self.claimed = claimed
        self.expired = expired
        self.recovered = recovered
        self.crashLooped = crashLooped
        self.parked = parked
        self.freed = freed
        self.dead = dead
    }

    /// How many rows the sweep touched; a full batch means that more may be waiting.
    public var touched: Int { claimed.count + expired + recovered + crashLooped + parked }
}

/// How a lease stands after a renewal.
public enum LeaseStanding: Hashable, Sendable {
    /// Extended.
    case held
    /// Extended, but the job shall be stopped.
    case cancelAsked
    /// Ours by all that can be seen, and not extended: somebody else is writing the job's row at this moment.
    case busy
    /// Not ours any more: whatever its handler does, nothing of it will be recorded.
    case lost
}

/// The end of a run, as it shall be written.
public struct JobCompletion: Hashable, Sendable {
    /// Under which lease.
    public let lease: Lease
    /// The move, for a job of which no cancel was asked.
    public let transition: JobTransition
    /// How the attempt's record calls it.
    public let outcome: JobAttempt.Outcome
    /// How long until its next deadline, for a state that has one.
    public let dueIn: Duration
    /// Why it failed.
    public let failure: JobFailure?
    /// What the handler returned.
    public let result: JSONText?

    /// Makes a completion.
    public init(
        lease: Lease, transition: JobTransition, outcome: JobAttempt.Outcome, dueIn: Duration = .zero,
        failure: JobFailure? = nil, result: JSONText? = nil
    ) {
        self.lease = lease
        self.transition = transition
        self.outcome = outcome
        self.dueIn = dueIn
        self.failure = failure
        self.result = result
    }
}

extension JobCompletion {
    /// The end of a run that succeeded.
    public static func success(of claimed: ClaimedJob, result: JSONText?) -> JobCompletion {
        JobCompletion(
            lease: claimed.lease, transition: JobTransition(.succeeded, [.endLease, .finish]), outcome: .succeeded,
            result: result)
    }
}

/// What became of the end of a run.
public enum FinishOutcome: Hashable, Sendable {
    /// It is recorded; the state may be `cancelled` instead of the one asked for.
    ///
    /// - Parameter freed: the job of its ordering key that is ready because of it.
    case recorded(JobState, freed: JobID? = nil)
    /// The lease was not held any more; nothing changed.
    case stale
}
