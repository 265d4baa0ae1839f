/// Reads one job, hot or archived.
public struct FindJob: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive

    /// Makes the use case.
    public init(jobs: any JobRepository, archive: any JobArchive) {
        self.jobs = jobs
        self.archive = archive
    }

    /// The job with this id, and whether it came from the archive.
    ///
    /// - Throws: `DomainError.forbidden`; `.notFound(.job)`, also for somebody else's job.
    public func callAsFunction(
        _ id: JobID, by caller: Caller
    ) async throws(DomainError) -> (job: Job, isArchived: Bool) {
        try caller.require(.jobsRead)
        // In this order: a job is put into the archive before it is removed from here.
        if let job = try await jobs.find(id, owner: caller.ownerFilter) { return (job, false) }
        guard let archived = try await archive.find(id, owner: caller.ownerFilter) else { throw .notFound(.job) }
        return (archived.job, true)
    }
}
