/// Sends an ended job back to its queue, from the archive if it must be.
public struct RetryJob: Sendable {
    private let jobs: any JobRepository
    private let archive: any JobArchive
    private let dispatcher: any JobDispatcher
    private let catalogue: HandlerCatalogue

    /// Makes the use case.
    public init(
        jobs: any JobRepository, archive: any JobArchive, dispatcher: any JobDispatcher, catalogue: HandlerCatalogue
    ) {
        self.jobs = jobs
        self.archive = archive
        self.dispatcher = dispatcher
        self.catalogue = catalogue
    }

    /// Queues the job again with a new budget of attempts; its history stays.
    ///
    /// - Parameters:
    ///   - isForced: whether a job that succeeded may run again.
    ///   - generation: the one whose end is to be undone, when a later end is another matter; nil for any.
    ///   - action: what the audit calls it.
    /// - Throws: `DomainError.forbidden`, `.notFound(.job)`, `.conflict(.notTerminal)`,
    ///   `.conflict(.alreadySucceeded)`, `.conflict(.payloadTrimmed)`, `.uniqueConflict`.
    public func callAsFunction(
        _ id: JobID, isForced: Bool, endedIn generation: Int? = nil, as action: AuditAction = .jobRetry,
        by caller: Caller
    ) async throws(DomainError) -> Job {
        try caller.require(.jobsWrite)
        let jobs = jobs.audited(caller.note.part(of: action))
        let retried = try await retry(id, isForced, generation, caller.ownerFilter, in: jobs)
        dispatcher.dispatch(retried.ready)
        return retried.job
    }

    private func retry(
        _ id: JobID, _ isForced: Bool, _ generation: Int?, _ owner: UserID?, in jobs: any JobRepository
    ) async throws(DomainError) -> ChangedJob {
        do {
            return try await jobs.retry(id, owner: owner, evenSucceeded: isForced, generation: generation)
        } catch .notFound(.job) {
            guard let archived = try await archive.find(id, owner: owner),
                generation == nil || archived.job.generation == generation
            else { throw .notFound(.job) }
            guard isForced || archived.job.state != .succeeded else { throw .conflict(.alreadySucceeded) }
            guard archived.hasWholePayload else { throw .conflict(.payloadTrimmed) }
            let onDead = catalogue[archived.job.submission.kind]?.policy.onDead ?? .proceed
            if let restored = try await jobs.restore(archived, onDead: onDead) { return restored }
            // Somebody else has taken it back in this moment: what holds of it now holds here.
            return try await jobs.retry(id, owner: owner, evenSucceeded: isForced, generation: generation)
        }
    }
}
