/// Ends a job that nobody wants any more.
public struct CancelJob: Sendable {
    private let jobs: any JobRepository

    /// Makes the use case.
    public init(jobs: any JobRepository) {
        self.jobs = jobs
    }

    /// Ends a waiting job at once; of a running one its holder is asked, which it sees at its next heartbeat.
    ///
    /// - Returns: the job: cancelled, or still running.
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`, `.conflict(.alreadyTerminal)`.
    public func callAsFunction(_ id: JobID, by caller: Caller) async throws(DomainError) -> Job {
        try caller.require(.jobsWrite)
        return try await jobs.cancel(id, owner: caller.ownerFilter)
    }
}
