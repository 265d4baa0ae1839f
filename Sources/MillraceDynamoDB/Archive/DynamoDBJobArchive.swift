public import Logging
public import MillraceDomain

/// The archive of finished jobs in one DynamoDB table.
///
/// ## Table
///
/// One item a job; the key names the sort of thing, so that others can live beside it.
///
/// | attribute | value | used as |
/// |--|--|--|
/// | `pk` | `JOB#<job id>` | partition key of the table |
/// | `owner` | `OWNER#<user id>` | partition key of the index `by_owner` |
/// | `created` | `2026-11-21T09:30:00.123456Z#<job id>` | sort key of `by_owner` |
/// | `ttl` | Unix seconds, finish + retention | time to live |
/// | others | the job's members, see `ArchiveItem` | – |
///
/// ## Access patterns and their cost (on demand, 1 KB items)
///
/// - *put*: `BatchWriteItem`, 25 items a call: 1 write unit a started KB for the item and 1 for its index entry.
/// - *find*: `GetItem` by `pk`, strongly consistent, as the hot row may just have been deleted: 1 read unit per 4 KB.
/// - *list*: `Query` of `by_owner` (keys only, ½ unit per 4 KB of keys) from the place where the last page ended, then
///   `BatchGetItem` of those jobs. Listing pays twice so that archiving, which every job does, does not copy payloads
///   into the index. The index follows the table within moments.
/// - *expiry*: DynamoDB deletes items past `ttl` within days, at no cost.
///
/// An index partition takes 1,000 writes a second, so that one owner's jobs are archived at that rate at most; the
/// rest is told to wait and stays hot meanwhile.
///
/// ## Large jobs
///
/// DynamoDB takes no item over 400 KB. Of a larger job all facts are kept, and its result is replaced by
/// `{"millrace_trimmed":{"bytes":<length>,"head":"<its beginning>"}}`; its payload likewise, if that is not enough.
public struct DynamoDBJobArchive: JobArchive {
    /// How many batches are written side by side.
    private static let concurrentBatches = 4

    private let settings: DynamoDBArchiveSettings
    private let table: ArchiveTable
    private let logger: Logger

    /// Makes the archive; the table must exist, see ``createTable()``.
    public init(_ settings: DynamoDBArchiveSettings, client: DynamoDBClient, logger: Logger) {
        self.settings = settings
        self.table = ArchiveTable(name: settings.table, client: client)
        self.logger = logger
    }

    public func put(_ jobs: [Job]) async throws(DomainError) {
        let items = jobs.map { ArchiveItem.encode($0, retention: settings.retention) }
        let batches = stride(from: 0, to: items.count, by: ArchiveTable.maxBatchWrite).map {
            Array(items[$0..<min($0 + ArchiveTable.maxBatchWrite, items.count)])
        }
        try await translated { try await writeAll(batches) }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        let job = try await translated { try await table.item(id).map(ArchiveItem.decode) }
        return owner == nil || job?.ownerID == owner ? job : nil
    }

    public func list(owner: UserID, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await translated {
            // One more than asked for, to know whether there is a next page.
            let keys = try await table.keys(owner: owner, after: page.after, limit: page.limit + 1)
            let shown = Array(keys.prefix(page.limit))
            let jobs = try await table.items(shown.map(\.id)).map(ArchiveItem.decode)
            let byID = Dictionary(jobs.map { ($0.id, $0) }) { first, _ in first }
            let next = keys.count > page.limit ? shown.last?.position : nil
            return Page(items: shown.compactMap { byID[$0.id] }, next: next)
        }
    }

    /// Creates the table with its index and time to live, if there is none, and waits until it can be used.
    ///
    /// For development and tests; elsewhere the table belongs to the infrastructure's code.
    public func createTable() async throws(DomainError) {
        try await translated { try await table.create() }
    }

    private func writeAll(_ batches: [[Item]]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var rest = batches.makeIterator()
            for _ in 0..<Self.concurrentBatches {
                guard let batch = rest.next() else { break }
                group.addTask { try await table.write(batch) }
            }
            while try await group.next() != nil {
                if let batch = rest.next() { group.addTask { try await table.write(batch) } }
            }
        }
    }

    private func translated<Value>(_ body: () async throws -> Value) async throws(DomainError) -> Value {
        do {
            return try await body()
        } catch {
            throw DomainError(archive: error, logger: logger)
        }
    }
}
