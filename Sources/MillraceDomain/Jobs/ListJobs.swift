/// Lists jobs, newest first.
public struct ListJobs: Sendable {
    private let jobs: any JobRepository

    /// Makes the use case.
    public init(jobs: any JobRepository) {
        self.jobs = jobs
    }

    /// One page of the jobs that the caller may see and that pass the filter.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        _ filter: JobFilter, page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<Job> {
        try caller.require(.jobsRead)
        var filter = filter
        if let owner = caller.ownerFilter { filter.owner = owner }
        return try await jobs.list(filter, page: page)
    }
}
