public import Logging
public import MillraceDomain

/// The archive of ended jobs in one DynamoDB table.
///
/// ## Table
///
/// One item for each generation of a job, written once and never changed: a put that comes late or is repeated changes
/// nothing, whatever was put meanwhile, so that puts need no condition and go in batches. The partition key names the
/// sort of thing, so that others can live beside it.
///
/// | attribute | value | used as |
/// |--|--|--|
/// | `pk` | `JOB#<job id>` | partition key of the table |
/// | `sk` | `GEN#<generation, ten digits>` | sort key of the table |
/// | `owner` | `OWNER#<user id>` | partition key of the index `by_owner` |
/// | `owner_state` | `OWNER#<user id>#STATE#<state>`, absent for `succeeded` | partition key of `by_owner_state` |
/// | `created` | `2026-11-21T09:30:00.123456Z#<job id>` | sort key of both indexes |
/// | `ttl` | Unix seconds, `expiresAt` rounded up | time to live |
/// | `state`, `queue`, `kind` | as in the job | projected into `by_owner`, the last two into `by_owner_state` |
/// | others | the job's other members and its attempts, see `ArchiveItem` | – |
///
/// ## Access patterns and what they cost
///
/// Write units are of 1 KB, read units of 4 KB; *S* is an item's size, about 0.6 KB + payload + result + 0.1 KB for
/// each attempt.
///
/// - *archive*: `BatchWriteItem`, 25 items a call. ⌈S/1 KB⌉ write units for the item and 1 for its entry in `by_owner`;
///   1 more for `by_owner_state` unless it succeeded. A job of 1 KB: 2, or 3. Repeating a put: ⌈S/1 KB⌉.
/// - *get by id*: `Query` of the job's partition from its end, limit 1, strongly consistent, as the hot row may just
///   have been deleted: ⌈S/4 KB⌉ read units.
/// - *list by owner, newest first*: `Query` of `by_owner`, then a strongly consistent `BatchGetItem` of the jobs that
///   are shown. An entry is about 0.25 KB: ½ read unit a started 16 entries looked at, and ⌈S/4 KB⌉ for each job shown;
///   a page of 50 small jobs is 52. Listing pays for both so that archiving, which every job does, copies no payload.
///   Queue and kind are filtered by the query, the state by its entries, ordering key and tag after the jobs are read.
/// - *list by owner and state*: for a state other than `succeeded` `Query` of `by_owner_state`, which has these jobs
///   only, and one `Query` for each job as in *get*, as a later generation may have ended otherwise: ½ read unit a
///   started 16 entries, ⌈S/4 KB⌉ for each. `succeeded` is the common end: it is found in `by_owner`.
/// - *erase by owner*: `Query` of `by_owner`, `BatchWriteItem` of deletes: per job ⌈S/1 KB⌉ write units, 1 for each index
///   entry, and ½ read unit for 16. *Erase by id* reads the keys of each job at ⌈S/4 KB⌉ read units.
/// - *expiry*: DynamoDB deletes items past `ttl` within days, at no cost.
///
/// One page of a list looks at 2,000 entries at most. An index partition takes 1,000 writes a second, so that one
/// owner's jobs are archived at that rate at most; the rest is told to wait and stays hot meanwhile.
///
/// ## Large jobs
///
/// DynamoDB takes no item over 400 KB. Of a larger job all facts are kept, and its result is replaced by
/// `{"millrace_trimmed":{"bytes":<length>,"head":"<its beginning>"}}`; its payload likewise, if that is not enough; then
/// the messages of the oldest attempts are cut, and the oldest attempts left out, the last of them kept as a mark with
/// the error code `millrace_trimmed`.
public struct DynamoDBJobArchive: JobArchive {
    /// How many requests one call makes side by side.
    private static let concurrentRequests = 4
    /// How many entries one call of ``erase(owner:)`` looks at.
    private static let eraseBatch = 250

    private let settings: DynamoDBArchiveSettings
    private let table: ArchiveTable
    private let logger: Logger

    /// Makes the archive; the table must exist, see ``createTable()``.
    public init(_ settings: DynamoDBArchiveSettings, client: DynamoDBClient, logger: Logger) {
        self.settings = settings
        self.table = ArchiveTable(name: settings.table, client: client)
        self.logger = logger
    }

    public var listingDelay: Duration { settings.listingDelay }
    public var sharesJobStore: Bool { false }

    public func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        try await translated { try await apply(jobs.map { .put(ArchiveItem.encode($0)) }) }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        let found = try await translated { try await table.latest(id).map(ArchiveItem.decode) }
        return owner == nil || found?.job.ownerID == owner ? found : nil
    }

    public func list(
        owner: UserID, filter: JobFilter, page: PageRequest
    ) async throws(DomainError) -> Page<Job> {
        try await translated {
            try await ArchiveListing(table, owner: owner, filter: filter, page: page).read()
        }
    }

    public func erase(owner: UserID) async throws(DomainError) -> Int {
        try await translated {
            let page = try await table.entries(ArchiveQuery(owner: owner), limit: Self.eraseBatch)
            // The generations of the last job may go on behind the end; it is for the next call, unless it is alone.
            let whole = page.end == nil ? page.entries : page.entries.filter { $0.id != page.entries.last?.id }
            let entries = whole.isEmpty ? page.entries : whole
            try await apply(entries.map { .delete($0.key) })
            return Set(entries.map(\.id)).count
        }
    }

    public func erase(_ ids: [JobID]) async throws(DomainError) {
        try await translated {
            let keys = try await sideBySide(Array(Set(ids)), width: Self.concurrentRequests) { id in
                try await table.keys(id)
            }
            try await apply(keys.joined().map { .delete($0) })
        }
    }

    /// Creates the table with its indexes and time to live, if there is none, and waits until it can be used.
    ///
    /// For development and tests; elsewhere the table belongs to the infrastructure's code.
    public func createTable() async throws(DomainError) {
        try await translated { try await table.create() }
    }

    private func apply(_ changes: [ArchiveTable.Change]) async throws {
        let batches = stride(from: 0, to: changes.count, by: ArchiveTable.maxBatchWrite).map {
            changes[$0..<min($0 + ArchiveTable.maxBatchWrite, changes.count)]
        }
        _ = try await sideBySide(batches, width: Self.concurrentRequests) { try await table.apply(Array($0)) }
    }

    private func translated<Value>(_ body: () async throws -> Value) async throws(DomainError) -> Value {
        do {
            return try await body()
        } catch {
            throw DomainError(archive: error, logger: logger)
        }
    }
}
