/// Ended jobs where they ran, for whoever takes them to the archive.
///
/// "Now" is the store's clock. Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`.
public protocol FinishedJobs: Sendable {
    /// Ended jobs with their runs, in the order of their ends.
    ///
    /// - Parameters:
    ///   - group: which ends.
    ///   - age: only jobs that ended at least so long ago.
    ///   - after: the place after which to begin; nil for the earliest.
    ///   - limit: how many at most. Fewer come, at least one, when their payloads and results together pass some
    ///     megabytes.
    /// - Returns: jobs without `expiresAt`.
    func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob]

    /// Removes jobs that the archive has, with their runs, each only if it has not gone on meanwhile. An id that came
    /// from outside stays known: submitting it again answers `SubmitOutcome.archived`.
    ///
    /// - Returns: those that were gone already because their owner is being erased: the archive must not keep them.
    func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID]

    /// How much has stayed longer than it should.
    func backlog(_ times: HotTimes) async throws(DomainError) -> ArchiveBacklog
}

/// Ends that stay hot equally long.
public enum EndedGroup: Hashable, Sendable, CaseIterable {
    /// Jobs that died: operators look at them as dead letters.
    case dead
    /// All others.
    case others

    /// The states of the group.
    public var states: [JobState] {
        JobState.allCases.filter { $0.isTerminal && ($0 == .dead) == (self == .dead) }
    }
}

/// How long ended jobs stay where they ran.
public struct HotTimes: Hashable, Sendable {
    /// Dead jobs.
    public var dead: Duration
    /// Jobs of every other end.
    public var others: Duration

    /// Makes hot times.
    public init(dead: Duration = .seconds(7 * 86_400), others: Duration = .seconds(3600)) {
        self.dead = dead
        self.others = others
    }

    /// The hot time of a group.
    public subscript(group: EndedGroup) -> Duration {
        switch group {
        case .dead: dead
        case .others: others
        }
    }
}

/// A place in the order of ends; ties by id, smallest first.
public struct EndedPosition: Hashable, Sendable {
    /// When the job at this place ended.
    public let finishedAt: Timestamp
    /// Its id.
    public let id: JobID

    /// Makes the place of one job.
    public init(finishedAt: Timestamp, id: JobID) {
        self.finishedAt = finishedAt
        self.id = id
    }
}

/// One end of one job: the same job sent back and ended again is another.
public struct EndedVersion: Hashable, Sendable {
    /// The job.
    public let id: JobID
    /// Its owner.
    public let ownerID: UserID
    /// The generation that ended.
    public let generation: Int

    /// Makes a version.
    public init(id: JobID, ownerID: UserID, generation: Int) {
        self.id = id
        self.ownerID = ownerID
        self.generation = generation
    }

    /// The version that a job is.
    public init(_ job: Job) {
        self.init(id: job.id, ownerID: job.ownerID, generation: job.generation)
    }
}

/// Ended jobs that should have been archived.
public struct ArchiveBacklog: Hashable, Sendable {
    /// How many, to the minute of their ends.
    public let jobs: Int
    /// For how long the oldest of them has been waiting beyond its hot time, to the minute; nil for none.
    public let oldest: Duration?

    /// Makes a backlog.
    public init(jobs: Int, oldest: Duration?) {
        self.jobs = jobs
        self.oldest = oldest
    }
}
