/// What ended badly: records that could not become jobs, and dead jobs that are not archived yet.
///
/// Every method may throw `DomainError.unavailable`, `.failure`, or, where it writes, `.ambiguous`: whoever asks again
/// finds what was replayed no longer dead.
public protocol DeadLetterRepository: AuditedPort {
    /// Dead letters that pass the filter, newest first.
    ///
    /// - Returns: at most `page.limit`. Where records are large, a page holds fewer, at least one, and says where the
    ///   list goes on.
    func list(_ filter: DeadLetterFilter, page: PageRequest) async throws(DomainError) -> Page<DeadLetter>

    /// The dead record or dead job with this id, if it belongs to `owner` (nil: any).
    func find(_ id: UniqueID, owner: UserID?) async throws(DomainError) -> DeadLetter?

    /// The store's clock, by which letters die.
    func now() async throws(DomainError) -> Timestamp

    /// Dead letters that pass the filter, oldest first, with what it takes to replay them.
    ///
    /// - Returns: at most `limit`, fewer where records are large, and after which one to go on.
    func candidates(
        _ filter: DeadLetterFilter, after position: PagePosition?, limit: Int
    ) async throws(DomainError) -> Page<ReplayCandidate>

    /// Sends dead jobs back to their queues, each in a new generation, all in one transaction. A time by which a job
    /// had to start is dropped once it has passed.
    ///
    /// - Returns: those that are not sent back alone, were still dead in this very generation and whose owner exists,
    ///   as they are now.
    func sendBack(_ jobs: [JobReturn]) async throws(DomainError) -> [ReturnedJob]

    /// Makes jobs of dead records, each with its identity as at ingest, and removes the records of which there is a
    /// job, all in one transaction.
    ///
    /// - Returns: what became of each, in the order given. No bad one fails its neighbours.
    func replay(_ records: [RecordReplay]) async throws(DomainError) -> [RecordReplayOutcome]
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

/// A dead letter as it is needed to replay it.
public enum ReplayCandidate: Hashable, Sendable {
    case record(DeadRecord)
    /// - Parameter isSentBackAlone: as of the job.
    case job(JobID, generation: Int, diedAt: Timestamp, isSentBackAlone: Bool)

    /// Its place in the list.
    public var position: PagePosition {
        switch self {
        case .record(let record): DeadLetter.record(record).position
        case .job(let id, _, let diedAt, _): PagePosition(createdAt: diedAt, id: id.uniqueID)
        }
    }
}

extension Job {
    /// Whether something hangs on its coming back, its place in an order or a unique key that another job may hold by
    /// now, so that it is sent back by `RetryJob` and not together with others.
    public var isSentBackAlone: Bool { order != nil || submission.unique != nil }
}

/// A dead job that shall run again.
public struct JobReturn: Hashable, Sendable {
    public let id: JobID
    /// The generation in which it is dead; a later one is another death.
    public let generation: Int
    /// Its earliest start; nil for at once.
    public let startsAt: Timestamp?

    public init(id: JobID, generation: Int, startsAt: Timestamp? = nil) {
        self.id = id
        self.generation = generation
        self.startsAt = startsAt
    }
}

/// A job that was sent back.
public struct ReturnedJob: Hashable, Sendable {
    public let id: JobID
    public let queue: QueueName
    /// `queued`, or `scheduled` where it starts later.
    public let state: JobState

    public init(id: JobID, queue: QueueName, state: JobState) {
        self.id = id
        self.queue = queue
        self.state = state
    }
}

/// A dead record that can be read now.
public struct RecordReplay: Sendable {
    public let id: DeadRecordID
    public let entry: IngestBatch.Entry

    public init(id: DeadRecordID, entry: IngestBatch.Entry) {
        self.id = id
        self.entry = entry
    }
}

/// What became of a dead record.
public enum RecordReplayOutcome: Hashable, Sendable {
    /// It is a job now, and no dead letter any more.
    case accepted(Job)
    /// There is its job already: it is no dead letter any more either.
    case duplicate
    /// The store cannot make a job of it; it stays.
    case refused(DeadReason)
    /// It was no dead letter any more.
    case gone
}
