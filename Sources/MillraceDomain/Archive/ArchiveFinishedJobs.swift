/// Copies ended jobs to the archive, some at a time; `RemoveArchivedJobs` then takes them from where they ran.
public struct ArchiveFinishedJobs: Sendable {
    private let jobs: any FinishedJobs
    private let archive: any JobArchive
    private let hotTimes: HotTimes
    private let retention: RetentionPolicy

    /// Makes the use case.
    public init(
        jobs: any FinishedJobs, archive: any JobArchive, hotTimes: HotTimes = HotTimes(),
        retention: RetentionPolicy = RetentionPolicy()
    ) {
        self.jobs = jobs
        self.archive = archive
        self.hotTimes = hotTimes
        self.retention = retention
    }

    /// Copies the next jobs of a group whose hot time is over. Copying a job again does no harm.
    ///
    /// - Parameters:
    ///   - after: the last place of the step before; nil to begin with the earliest.
    ///   - limit: how many at most.
    /// - Returns: what the archive now has; nothing when no job is due.
    public func callAsFunction(
        _ group: EndedGroup, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> ArchiveStep {
        let began = ContinuousClock.now
        let ended = try await jobs.ended(group, age: hotTimes[group], after: after, limit: limit)
        let read = ContinuousClock.now
        guard !ended.isEmpty else { return ArchiveStep(versions: [], last: after) }
        let (kept, refused) = try await put(
            ended.map { ended in
                ArchivedJob(
                    job: ended.job, attempts: ended.attempts, expiresAt: retention.expiry(of: ended.job))
            })
        let last = ended.last.flatMap { last in
            last.job.finishedAt.map { EndedPosition(finishedAt: $0, id: last.job.id) }
        }
        return ArchiveStep(
            versions: kept.map { EndedVersion($0.job) }, last: last, refused: refused,
            storeTime: (archive.sharesJobStore ? .now : read) - began)
    }

    /// A job that the archive refuses holds up no other: it stays where it ran.
    private func put(
        _ jobs: [ArchivedJob]
    ) async throws(DomainError) -> (kept: [ArchivedJob], refused: [JobID]) {
        do throws(DomainError) {
            try await archive.put(jobs)
            return (jobs, [])
        } catch {
            guard error == .failure else { throw error }
            guard jobs.count > 1 else { return ([], jobs.map(\.job.id)) }
        }
        let half = jobs.count / 2
        let first = try await put(Array(jobs[..<half]))
        let second = try await put(Array(jobs[half...]))
        return (first.kept + second.kept, first.refused + second.refused)
    }
}

/// What one step has copied.
public struct ArchiveStep: Sendable {
    /// The ends that the archive now has.
    public let versions: [EndedVersion]
    /// Where the next step begins.
    public let last: EndedPosition?
    /// Jobs that the archive does not take.
    public let refused: [JobID]
    /// How long the store of the live jobs was busy with it.
    public let storeTime: Duration

    /// Whether no job was due.
    public var isEmpty: Bool { versions.isEmpty && refused.isEmpty }

    /// Makes a step.
    public init(
        versions: [EndedVersion], last: EndedPosition?, refused: [JobID] = [], storeTime: Duration = .zero
    ) {
        self.versions = versions
        self.last = last
        self.refused = refused
        self.storeTime = storeTime
    }
}
