/// Tells consumers that jobs are ready.
public protocol JobDispatcher: Sendable {
    /// Sends word of each job, best effort and without waiting: it never fails, never blocks, and keeps a bounded
    /// number of words. A lost word costs the job the grace before the sweep, nothing else.
    func dispatch(_ jobs: [DispatchHint])
}

/// A ready job and the queue in which it waits.
public struct DispatchHint: Hashable, Sendable {
    /// The job.
    public let jobID: JobID
    /// Its queue.
    public let queue: QueueName

    /// Makes a hint.
    public init(jobID: JobID, queue: QueueName) {
        self.jobID = jobID
        self.queue = queue
    }
}
