/// What ended badly: records that could not become jobs, and dead jobs.
///
/// Every method may throw `DomainError.unavailable` or `.failure`.
public protocol DeadLetterRepository: Sendable {
    /// Dead letters, newest first. Records belong to no owner: with `owner` given only that owner's dead jobs are
    /// listed.
    func list(owner: UserID?, page: PageRequest) async throws(DomainError) -> Page<DeadLetter>
}

/// One thing that ended badly.
public enum DeadLetter: Hashable, Sendable {
    case record(DeadRecord)
    case job(Job)

    /// Its place in the list: records by when they were kept, jobs by when they died.
    public var position: PagePosition {
        switch self {
        case .record(let record): PagePosition(createdAt: record.createdAt, id: record.id.uniqueID)
        case .job(let job): PagePosition(createdAt: job.finishedAt ?? job.createdAt, id: job.id.uniqueID)
        }
    }
}
