public import MillraceDomain

/// The ports of one store, all looking at the same data.
///
/// The store's "now" must be `clock`: contracts move it as they like.
public struct StoreUnderTest: Sendable {
    /// The store's time.
    public let clock: ManualClock
    /// The users.
    public let users: any UserRepository
    /// Their tokens.
    public let tokens: any TokenRepository
    /// The jobs, for those who submit and ask.
    public let jobs: any JobRepository
    /// The jobs, for those who run them.
    public let leases: any JobLeases
    /// What handlers write in together with their jobs' success.
    public let transactions: any JobTransactions
    /// The queues.
    public let queues: any QueueRepository
    /// The records that become jobs.
    public let ingest: any IngestRepository
    /// What ended badly.
    public let deadLetters: any DeadLetterRepository
    /// The ended jobs, for whoever archives them.
    public let finished: any FinishedJobs
    /// The removal of users with all that is theirs.
    public let erasures: any ErasureRepository
    /// The replies that are kept for requests sent again.
    public let idempotency: any IdempotencyRecords
    /// How many jobs are in which state.
    public let counters: any QueueCounters
    /// Who does the housekeeping.
    public let housekeeping: any HousekeepingLease
    /// The registered receivers of webhooks, for those who register them.
    public let webhookEndpoints: any WebhookEndpointRepository
    /// The same for those who call them.
    public let webhookDirectory: any WebhookDirectory
    /// How much owners have and may have.
    public let quotas: any QuotaRepository
    /// What was changed, by whom.
    public let audit: any AuditLog
    /// Ids for what a clause makes.
    public let ids = SequentialIDs(series: 1)

    /// Names the ports of an empty store.
    public init(
        clock: ManualClock, users: any UserRepository, tokens: any TokenRepository, jobs: any JobRepository,
        leases: any JobLeases, transactions: any JobTransactions, queues: any QueueRepository,
        ingest: any IngestRepository, deadLetters: any DeadLetterRepository, finished: any FinishedJobs,
        erasures: any ErasureRepository, idempotency: any IdempotencyRecords, counters: any QueueCounters,
        housekeeping: any HousekeepingLease, audit: any AuditLog,
        webhookEndpoints: any WebhookEndpointRepository, webhookDirectory: any WebhookDirectory,
        quotas: any QuotaRepository
    ) {
        self.clock = clock
        self.users = users
        self.tokens = tokens
        self.jobs = jobs
        self.leases = leases
        self.transactions = transactions
        self.queues = queues
        self.ingest = ingest
        self.deadLetters = deadLetters
        self.finished = finished
        self.erasures = erasures
        self.idempotency = idempotency
        self.counters = counters
        self.housekeeping = housekeeping
        self.audit = audit
        self.webhookEndpoints = webhookEndpoints
        self.webhookDirectory = webhookDirectory
        self.quotas = quotas
    }

    /// The ports of a store in memory, empty unless given.
    public static func inMemory(clock: ManualClock = ManualClock()) -> StoreUnderTest {
        over(InMemoryStore(clock: clock), clock: clock)
    }

    /// The ports of this store in memory, whose clock it must be.
    public static func over(_ store: InMemoryStore, clock: ManualClock) -> StoreUnderTest {
        StoreUnderTest(
            clock: clock, users: store, tokens: store, jobs: store, leases: store, transactions: store, queues: store,
            ingest: store, deadLetters: store, finished: store, erasures: store, idempotency: store,
            counters: store, housekeeping: store, audit: store, webhookEndpoints: store,
            webhookDirectory: store, quotas: store)
    }
}
