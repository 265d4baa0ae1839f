/// Lists jobs, newest first, hot and archived as one list.
public struct ListJobs: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive

    /// Makes the use case.
    public init(jobs: any JobRepository, archive: any JobArchive) {
        self.jobs = jobs
        self.archive = archive
    }

    /// One page of the jobs that the caller may see and that pass the filter, each with whether it is archived.
    ///
    /// The archive lists by owner: an admin who names no owner sees the jobs of all that are not archived yet. A page
    /// may hold fewer jobs than asked for, even none, and still say where the list goes on.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        _ filter: JobFilter, page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<ListedJob> {
        try caller.require(.jobsRead)
        if let own = caller.ownerFilter {
            guard filter.owner == nil || filter.owner == own else { return Page(items: [], next: nil) }
        }
        var filter = filter
        filter.owner = filter.owner ?? caller.ownerFilter
        // In this order: a job is put into the archive before it is removed from here.
        let hot = try await jobs.list(filter, page: page)
        guard let owner = filter.owner, filter.state?.isTerminal ?? true else {
            return Page(items: hot.items.map { ListedJob(job: $0, isArchived: false) }, next: hot.next)
        }
        let archived = try await archive.list(owner: owner, filter: filter, page: page)
        return JobPages(hot: hot, archived: try await current(archived, beside: hot.items, filter)).merged(page.limit)
    }

    /// The archived jobs as they stand: one that is here as well has been taken back, or not been removed yet.
    private func current(
        _ archived: Page<Job>, beside hot: [Job], _ filter: JobFilter
    ) async throws(DomainError) -> Page<ListedJob> {
        guard !archived.items.isEmpty else { return Page(items: [], next: archived.next) }
        let here = try await jobs.find(archived.items.map(\.id))
        let byID = Dictionary(here.map { ($0.id, $0) }) { first, _ in first }
        let listed = Set(hot.map(\.id))
        let items = archived.items.compactMap { job -> ListedJob? in
            guard let taken = byID[job.id] else { return ListedJob(job: job, isArchived: true) }
            guard !listed.contains(job.id), filter.passes(taken) else { return nil }
            return ListedJob(job: taken, isArchived: false)
        }
        return Page(items: items, next: archived.next)
    }
}

/// A job in a list.
public struct ListedJob: Hashable, Sendable {
    /// The job.
    public let job: Job
    /// Whether it came from the archive.
    public let isArchived: Bool

    /// Makes one.
    public init(job: Job, isArchived: Bool) {
        self.job = job
        self.isArchived = isArchived
    }

    var position: PagePosition { PagePosition(createdAt: job.createdAt, id: job.id.uniqueID) }
}
