/// Reads one dead letter, hot or archived.
public struct FindDeadLetter: Sendable {
    private let deadLetters: any DeadLetterRepository
    private let jobs: any JobRepository
    private let archive: any JobArchive

    /// Makes the use case.
    public init(deadLetters: any DeadLetterRepository, jobs: any JobRepository, archive: any JobArchive) {
        self.deadLetters = deadLetters
        self.jobs = jobs
        self.archive = archive
    }

    /// The dead record or dead job with this id, and whether it came from the archive.
    ///
    /// - Throws: `DomainError.forbidden`; `.notFound(.deadLetter)`, also for somebody else's, and for a job that is
    ///   not dead.
    public func callAsFunction(
        _ id: UniqueID, by caller: Caller
    ) async throws(DomainError) -> (letter: DeadLetter, isArchived: Bool) {
        try caller.require(.jobsRead)
        if let letter = try await deadLetters.find(id, owner: caller.ownerFilter) { return (letter, false) }
        // What is here under this id is not dead, whatever the archive keeps of an earlier generation.
        guard try await jobs.find(JobID(id), owner: nil) == nil,
            let archived = try await archive.find(JobID(id), owner: caller.ownerFilter), archived.job.state == .dead
        else { throw .notFound(.deadLetter) }
        return (.job(archived.job), true)
    }
}
