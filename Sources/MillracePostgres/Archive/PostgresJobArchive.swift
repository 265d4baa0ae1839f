public import MillraceDomain

/// The archive of finished jobs in Postgres, in partitions by the month of their end.
///
/// A find by id looks into each month's index, some tens of lookups for years of history; a list merges the months'
/// indexes by owner. Months past the retention are dropped whole, at the cost of a drop.
public struct PostgresJobArchive: JobArchive {
    /// How much goes into one statement.
    private static let maxBatch = (rows: 500, bytes: 4 * 1024 * 1024)
    /// How many months after this one have their partition already.
    private static let monthsAhead = 3

    private let client: PostgresClient
    private let retention: Duration?
    private let clock: (any WallClock)?

    /// - Parameters:
    ///   - retention: how long a job is kept after its end, to the month; nil for ever.
    ///   - clock: the store's time; nil, as in production, for the database's own.
    public init(
        client: PostgresClient, retention: Duration? = .seconds(365 * 86_400), clock: (any WallClock)? = nil
    ) {
        self.client = client
        self.retention = retention
        self.clock = clock
    }

    public func put(_ jobs: [Job]) async throws(DomainError) {
        for batch in Self.batches(of: jobs) {
            do {
                _ = try await client.inDomain(.write) {
                    try await client.execute(ArchiveStatements.put) { $0.append(archived: batch) }
                }
            } catch .ambiguous {
                // Repeating is harmless here, so that "perhaps" means "not yet".
                throw .unavailable
            }
        }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        try await client.inDomain(.read) {
            try await client.first(ArchiveStatements.find) {
                $0.append(id)
                $0.append(owner)
            }
        }
    }

    public func list(owner: UserID, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await client.inDomain(.read) {
            let jobs = try await client.rows(ArchiveStatements.list) {
                $0.append(owner)
                $0.append(page: page)
            }
            return page.page(of: jobs) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    /// Makes the coming months' partitions and drops those past the retention; to be called daily by any one process
    /// or all.
    ///
    /// - Returns: how many partitions were made and dropped.
    @discardableResult
    public func maintain() async throws(DomainError) -> (made: Int, dropped: Int) {
        try await client.inDomain(.write) {
            let made = try await client.first(ArchiveStatements.makePartitions) {
                $0.append(clock?.now())
                $0.append(Int32(Self.monthsAhead))
            }
            guard let retention else { return (Int(made ?? 0), 0) }
            let dropped = try await client.first(ArchiveStatements.dropPartitions) {
                $0.append(clock?.now())
                $0.append(retention.milliseconds)
            }
            return (Int(made ?? 0), Int(dropped ?? 0))
        }
    }

    private static func batches(of jobs: [Job]) -> [[Job]] {
        var batches: [[Job]] = []
        var bytes = 0
        // One order for all, so that two archivers at once wait for each other instead of deadlocking.
        for job in jobs.sorted(by: { $0.id < $1.id }) {
            let size = job.submission.payload.bytes.count + (job.result?.bytes.count ?? 0)
            if let last = batches.last, last.count < maxBatch.rows, bytes + size <= maxBatch.bytes {
                batches[batches.count - 1].append(job)
                bytes += size
            } else {
                batches.append([job])
                bytes = size
            }
        }
        return batches
    }
}
