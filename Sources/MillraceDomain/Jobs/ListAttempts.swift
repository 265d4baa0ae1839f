/// Lists the runs of a job.
public struct ListAttempts: Sendable {
    private let findJob: FindJob
    private let jobs: any JobRepository

    /// Makes the use case.
    public init(findJob: FindJob, jobs: any JobRepository) {
        self.findJob = findJob
        self.jobs = jobs
    }

    /// The runs in order.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`.
    public func callAsFunction(of id: JobID, by caller: Caller) async throws(DomainError) -> [JobAttempt] {
        _ = try await findJob(id, by: caller)
        return try await jobs.attempts(of: id)
    }
}
