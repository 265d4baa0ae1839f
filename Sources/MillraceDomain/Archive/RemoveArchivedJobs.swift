/// Takes jobs that the archive has from where they ran.
public struct RemoveArchivedJobs: Sendable {
    private let jobs: any FinishedJobs
    private let archive: any JobArchive

    /// Makes the use case.
    public init(jobs: any FinishedJobs, archive: any JobArchive) {
        self.jobs = jobs
        self.archive = archive
    }

    /// Removes each version that is still there. To be called no earlier than the archive's `listingDelay` after the
    /// copy, so that lists never miss a job.
    ///
    /// A job that was erased between copy and removal is erased from the archive too.
    public func callAsFunction(_ versions: [EndedVersion]) async throws(DomainError) {
        let erased = try await jobs.remove(versions)
        if !erased.isEmpty { try await archive.erase(erased) }
    }
}
