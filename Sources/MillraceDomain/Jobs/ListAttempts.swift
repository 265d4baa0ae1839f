/// Lists the runs of a job, hot or archived.
public struct ListAttempts: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive

    /// Makes the use case.
    public init(jobs: any JobRepository, archive: any JobArchive) {
        self.jobs = jobs
        self.archive = archive
    }

    /// The runs in order.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`.
    public func callAsFunction(of id: JobID, by caller: Caller) async throws(DomainError) -> [JobAttempt] {
        try caller.require(.jobsRead)
        // Before the job: as long as that is here, what was read of its runs is not what is left after they went.
        let attempts = try await jobs.attempts(of: id)
        if try await jobs.find(id, owner: caller.ownerFilter) != nil {
            // None yet, or taken back from the archive after they were looked for.
            return attempts.isEmpty ? try await jobs.attempts(of: id) : attempts
        }
        guard let archived = try await archive.find(id, owner: caller.ownerFilter) else { throw .notFound(.job) }
        return archived.attempts
    }
}
