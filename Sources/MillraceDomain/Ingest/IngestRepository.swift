/// Where records become rows, and where each partition stands.
///
/// Every method may throw `DomainError.unavailable`, `.ambiguous` (writes: the owner opens the partition again and
/// sees) or `.failure`.
public protocol IngestRepository: Sendable {
    /// Takes partitions over: bumps the epoch of each, so that every ingest by an earlier holder rolls back.
    ///
    /// - Parameter cluster: which cluster holds them; nil when that is not known. A partition last read from another
    ///   cluster is a new incarnation, to be read from its beginning, however far its log has grown.
    /// - Returns: where each stands, in the order given; without those that were not taken over, because `cluster` has
    ///   been replaced a short time ago (``ClusterHistory``).
    func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition]

    /// Notes that a partition's log does not hold our offset any more and that reading goes on at `offset`.
    ///
    /// - Parameter isNewIncarnation: whether the topic has been made anew, so that offsets count from the start of
    ///   another log.
    /// - Returns: the new position; nil when the epoch is not `position`'s any more.
    func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition?

    /// Writes the jobs and dead records of a batch and the partition's next offset in one transaction.
    ///
    /// A submission whose identity was ingested before is a duplicate and dropped, also within the batch. One whose
    /// job id exists with other content, or has gone to the archive, or whose owner does not exist, is kept as a dead
    /// record instead. No bad entry fails its neighbours.
    ///
    /// Of one whose unique key another job holds: if that job is the answer it asks for, it is a duplicate; if it is
    /// refused, a dead record.
    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult

    /// Notes how far partitions have been read whose records brought nothing to write, only word of jobs.
    ///
    /// An offset that lies behind the one noted changes nothing.
    /// - Parameter positions: at most one of each partition.
    /// - Returns: those whose epoch and life are still the partition's; the others changed nothing.
    func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition>
}

extension IngestRepository {
    /// Takes partitions over whose cluster is known to be the same.
    public func open(_ partitions: [TopicPartition]) async throws(DomainError) -> [PartitionPosition] {
        try await open(partitions, cluster: nil)
    }
}

/// Where a partition stands.
public struct PartitionPosition: Hashable, Sendable {
    /// The partition.
    public let source: TopicPartition
    /// The offset to read next; nil when nothing has ever been read: begin at the log's beginning.
    public let nextOffset: Int64?
    /// Proves who holds the partition.
    public let epoch: Int64
    /// Which life of the topic this is, from 0.
    public let incarnation: Int32

    /// Makes a position.
    public init(source: TopicPartition, nextOffset: Int64?, epoch: Int64, incarnation: Int32) {
        self.source = source
        self.nextOffset = nextOffset
        self.epoch = epoch
        self.incarnation = incarnation
    }
}

/// Records of one partition, understood, ready to be written.
public struct IngestBatch: Sendable {
    /// A submission and the record in which it came.
    public struct Entry: Sendable {
        public let record: SourceRecord
        public let identity: UniqueID
        public let job: NewJob

        public init(record: SourceRecord, identity: UniqueID, job: NewJob) {
            self.record = record
            self.identity = identity
            self.job = job
        }
    }

    /// A record that is no submission.
    public struct DeadEntry: Hashable, Sendable {
        public let record: SourceRecord
        public let reason: DeadReason
        /// Whose job it would have become.
        public let ownerID: UserID?
        /// The kind that it asks for, as far as it could be read.
        public let kind: JobKind?

        public init(record: SourceRecord, reason: DeadReason, ownerID: UserID? = nil, kind: JobKind? = nil) {
            self.record = record
            self.reason = reason
            self.ownerID = ownerID
            self.kind = kind
        }
    }

    /// Under which position it is written.
    public let position: PartitionPosition
    /// The partition's next offset after the batch.
    public let nextOffset: Int64
    /// The submissions in order of offset.
    public let entries: [Entry]
    /// The records that could not be understood.
    public let dead: [DeadEntry]

    /// Makes a batch.
    public init(
        position: PartitionPosition, nextOffset: Int64, entries: [Entry],
        dead: [DeadEntry]
    ) {
        self.position = position
        self.nextOffset = nextOffset
        self.entries = entries
        self.dead = dead
    }
}

/// What became of a batch.
public enum IngestResult: Sendable {
    /// It is durable.
    case committed(IngestReceipt)
    /// Another process has taken the partition over; nothing was written.
    case staleEpoch
}

/// What a durable batch has made.
public struct IngestReceipt: Sendable {
    /// The new jobs that are ready to run.
    public var ready: [JobID]
    /// How many new jobs there are, ready or scheduled.
    public var accepted: Int
    /// How many submissions were there already.
    public var duplicates: Int
    /// The records kept as dead letters, the batch's own and those that the store refused.
    public var dead: [DeadRecord]

    /// Makes a receipt.
    public init(ready: [JobID] = [], accepted: Int = 0, duplicates: Int = 0, dead: [DeadRecord] = []) {
        self.ready = ready
        self.accepted = accepted
        self.duplicates = duplicates
        self.dead = dead
    }
}
