public import MillraceDomain
import Synchronization

/// The truth, in memory: every port that Postgres implements, with one lock in place of transactions.
///
/// Its "now" is the clock it is given. It keeps what it is told until it is gone: made for tests, not for running.
public final class InMemoryStore: Sendable {
    /// How long a queued job waits for a consumer that was told of it before a sweep may take it.
    public static let sweepGrace: Duration = .seconds(2)

    struct State {
        var users: [UserID: User] = [:]
        var tokens: [TokenID: StoredToken] = [:]
        var jobs: [JobID: StoredJob] = [:]
        var keys: [OrderingKey: StoredKey] = [:]
        var pausedQueues: Set<QueueName> = []
        var partitions: [TopicPartition: PartitionPosition] = [:]
        var clusters: [TopicPartition: KnownCluster] = [:]
        var ingested: Set<UniqueID> = []
        var deadRecords: [DeadRecord] = []
        var deadRecordOwners: [DeadRecordID: UserID] = [:]
        var archivedIDs: Set<JobID> = []
        var replies: [IdempotentRequest.Name: StoredReply] = [:]
        var heldKeys: [UniqueKey: HeldKey] = [:]
        var erasures: [ErasureID: Erasure] = [:]
        var phaseBegan: [ErasureID: Timestamp] = [:]
        var housekeeper: (name: String, until: Timestamp)?
        var endpoints: [WebhookEndpointID: StoredEndpoint] = [:]
        var audit: [AuditEntry] = []
        var quotas: [UserID: Quota] = [:]
        var outage: DomainError?
    }

    /// What all of one store's ports look at.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    let ids: any IDGenerator
    private let clock: any WallClock
    private let shared: Shared
    /// What the audit says of changes.
    let note: AuditNote

    /// Makes an empty store.
    ///
    /// - Parameter ids: where lease tokens and the ids of dead records come from.
    public init(clock: any WallClock, ids: any IDGenerator = SequentialIDs(series: 0xFFFF)) {
        self.clock = clock
        self.ids = ids
        shared = Shared()
        note = .system
    }

    private init(_ other: InMemoryStore, _ note: AuditNote) {
        (clock, ids, shared) = (other.clock, other.ids, other.shared)
        self.note = note
    }

    /// The same store, for changes that this note is about.
    public func audited(_ note: AuditNote) -> InMemoryStore { InMemoryStore(self, note) }

    /// Lets every call throw `error`, changing nothing, until this is called with nil.
    public func setOutage(_ error: DomainError?) {
        shared.state.withLock { $0.outage = error }
    }

    /// Runs one transaction. A body that throws must not have changed anything yet.
    func transact<Result: Sendable>(
        _ body: (inout State, _ now: Timestamp) throws(DomainError) -> Result
    ) throws(DomainError) -> Result {
        let now = clock.now()
        return try shared.state.withLock { (state) throws(DomainError) in
            if let outage = state.outage { throw outage }
            return try body(&state, now)
        }
    }
}
