/// Lets the jobs go on that wait behind a dead one.
public struct ReleaseKey: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive
    private let dispatcher: any JobDispatcher

    /// Makes the use case.
    public init(jobs: any JobRepository, archive: any JobArchive, dispatcher: any JobDispatcher) {
        self.jobs = jobs
        self.archive = archive
        self.dispatcher = dispatcher
    }

    /// Releases the ordering key that this job holds; the job itself stays as it is.
    ///
    /// - Returns: the job, and whether it was found in the archive.
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`, `.conflict(.holdsNoKey)`.
    public func callAsFunction(
        _ id: JobID, by caller: Caller
    ) async throws(DomainError) -> (job: Job, isArchived: Bool) {
        try caller.require(.jobsWrite)
        let found: (job: Job, isArchived: Bool)
        if let hot = try await jobs.find(id, owner: caller.ownerFilter) {
            found = (hot, false)
        } else if let archived = try await archive.find(id, owner: caller.ownerFilter) {
            found = (archived.job, true)
        } else {
            throw .notFound(.job)
        }
        guard let order = found.job.order else { throw .conflict(.holdsNoKey) }
        dispatcher.dispatch(try await jobs.audited(caller.note).release(order, heldBy: id))
        return found
    }
}
