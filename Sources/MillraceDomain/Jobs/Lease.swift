/// The right to run one attempt of one job until a time, proved by a random token.
public struct Lease: Hashable, Sendable {
    /// The job.
    public let jobID: JobID
    /// The proof; every write about the run carries it.
    public let token: LeaseToken
    /// The job's ordering key, which whoever ends the run locks first; nil for none.
    public let order: OrderingKey?

    /// Makes a lease.
    public init(jobID: JobID, token: LeaseToken, order: OrderingKey? = nil) {
        self.jobID = jobID
        self.token = token
        self.order = order
    }
}

/// What proves a lease.
public typealias LeaseToken = Identifier<Lease>

/// A job that this process may run.
public struct ClaimedJob: Sendable {
    /// The job, as it stood when it was claimed: running, the attempt counted.
    public let job: Job
    /// The right to run it.
    public let lease: Lease

    /// Makes a claimed job.
    public init(job: Job, lease: Lease) {
        self.job = job
        self.lease = lease
    }
}

/// Who claims, and for how long.
public struct LeaseTerms: Hashable, Sendable {
    /// The claiming process, for the attempt's record.
    public let consumer: String
    /// How long a lease lasts unless it is renewed, 1 s – 1 h.
    public let duration: Duration

    /// Makes terms; a duration outside its range is drawn inside.
    public init(consumer: String, duration: Duration = .seconds(10)) {
        self.consumer = consumer
        self.duration = min(max(duration, .seconds(1)), .seconds(3600))
    }
}
