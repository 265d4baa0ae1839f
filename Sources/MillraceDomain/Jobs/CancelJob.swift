/// Ends a job that nobody wants any more.
public struct CancelJob: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive
    private let dispatcher: any JobDispatcher

    /// Makes the use case.
    public init(jobs: any JobRepository, archive: any JobArchive, dispatcher: any JobDispatcher) {
        self.jobs = jobs
        self.archive = archive
        self.dispatcher = dispatcher
    }

    /// Ends a waiting job at once, and consumers are told of the job that it frees; of a running one its holder is
    /// asked, which it sees at its next heartbeat.
    ///
    /// - Returns: the job: cancelled, or still running.
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`, `.conflict(.alreadyTerminal)`, also for an archived job.
    public func callAsFunction(_ id: JobID, by caller: Caller) async throws(DomainError) -> Job {
        try caller.require(.jobsWrite)
        do {
            let cancelled = try await jobs.audited(caller.note).cancel(id, owner: caller.ownerFilter)
            dispatcher.dispatch(cancelled.ready)
            return cancelled.job
        } catch .notFound(.job) {
            guard try await archive.find(id, owner: caller.ownerFilter) == nil else {
                throw .conflict(.alreadyTerminal)
            }
            throw .notFound(.job)
        }
    }
}
