/// Sends an ended job back to its queue.
public struct RetryJob: Sendable {
    private let jobs: any JobRepository
    private let dispatcher: any JobDispatcher

    /// Makes the use case.
    public init(jobs: any JobRepository, dispatcher: any JobDispatcher) {
        self.jobs = jobs
        self.dispatcher = dispatcher
    }

    /// Queues the job again with a new budget of attempts; its history stays.
    ///
    /// - Parameter isForced: whether a job that succeeded may run again.
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`, `.conflict(.notTerminal)`,
    ///   `.conflict(.alreadySucceeded)`.
    public func callAsFunction(_ id: JobID, isForced: Bool, by caller: Caller) async throws(DomainError) -> Job {
        try caller.require(.jobsWrite)
        let job = try await jobs.retry(id, owner: caller.ownerFilter, evenSucceeded: isForced)
        dispatcher.dispatch([DispatchHint(jobID: job.id, queue: job.submission.queue)])
        return job
    }
}
