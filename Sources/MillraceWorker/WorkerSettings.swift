/// How much a worker does at a time, and how long it waits for what.
public struct WorkerSettings: Hashable, Sendable {
    /// How many jobs run at a time, at least 1.
    public var concurrency: Int
    /// More ids of ready jobs than this pause the record source; half of it lets it go on.
    public var highWater: Int
    /// How long a lease lasts unless it is renewed.
    public var lease: Duration
    /// How often the leases are renewed; less than half of `lease`.
    public var renewEvery: Duration
    /// How often a worker with free slots looks for overdue jobs.
    public var sweepEvery: Duration
    /// How often the progress of running jobs is written, where there is any.
    public var progressEvery: Duration
    /// How long a handler may take to return after it was stopped, before its job goes on without it.
    public var cancelGrace: Duration
    /// How long running jobs may go on after a shutdown was asked for.
    public var drain: Duration
    /// How long stopped handlers may take to return, and the last outcomes to be written, after `drain`.
    public var stopGrace: Duration
    /// What this process is called in the records of attempts.
    public var consumerName: String

    /// Makes settings; counts below 1 and times below 1 ms are drawn up to that.
    public init(
        consumerName: String, concurrency: Int = 64, highWater: Int = 10_000, lease: Duration = .seconds(10),
        renewEvery: Duration = .seconds(3), sweepEvery: Duration = .seconds(1),
        progressEvery: Duration = .seconds(1), cancelGrace: Duration = .seconds(10), drain: Duration = .seconds(25),
        stopGrace: Duration = .seconds(5)
    ) {
        self.consumerName = consumerName
        self.concurrency = max(concurrency, 1)
        self.highWater = max(highWater, 1)
        self.lease = max(lease, .seconds(1))
        self.renewEvery = max(renewEvery, .milliseconds(1))
        self.sweepEvery = max(sweepEvery, .milliseconds(1))
        self.progressEvery = max(progressEvery, .milliseconds(1))
        self.cancelGrace = max(cancelGrace, .milliseconds(1))
        self.drain = max(drain, .zero)
        self.stopGrace = max(stopGrace, .milliseconds(1))
    }

    /// Before the end of a lease by so much its handler is stopped, so that two never run the same job knowingly.
    var leaseMargin: Duration { lease / 5 }

    /// How many ids of ready jobs are kept; what does not fit is found by a sweep.
    var hintBound: Int { highWater * 2 }

    /// So many outcomes may wait to be written before they hold up the next claim.
    var finishBound: Int { concurrency * 4 }
}
