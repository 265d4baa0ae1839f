public import MillraceDomain

/// The partitions of Postgres: made before they are needed, dropped when all in them is past its time. Ordering keys
/// and dead records of no use any more: removed.
///
/// To be called at least daily; partitions are made three days and two months ahead, and where one is missing all the
/// same, rows wait for it in a partition for the rest.
public struct PostgresStoreUpkeep: StoreUpkeep {
    /// Longer retentions have their months made when there are jobs for them.
    private static let longestAhead = Duration.seconds(1_000 * 366 * 86_400)
    /// How long replies stay: twice as long as they are found, so that no day goes that is still looked into.
    private static let replies = Duration.seconds(2 * 86_400)

    private static let auditTable = "audit_entries"

    private let client: PostgresClient
    private let retention: RetentionPolicy
    private let identities: Duration
    private let deadRecords: Duration?
    private let audit: Duration?
    private let expire: DeadRecordRetention
    private let freeClaims: FreeClaimRemoval
    private let clock: (any WallClock)?

    /// - Parameters:
    ///   - retention: how long archived jobs are kept; here only for the months that it makes necessary.
    ///   - identities: how long it stays known what has been submitted, to the day above.
    ///   - deadRecords: how long records that could not become jobs are kept; a thousand are removed at once; nil for
    ///     ever.
    ///   - audit: how long entries of the audit are kept, to the month above; nil for ever.
    ///   - clock: the store's time; nil, as in production, for the database's own.
    public init(
        client: PostgresClient, retention: RetentionPolicy = RetentionPolicy(),
        identities: Duration = .seconds(7 * 86_400), deadRecords: Duration? = .seconds(90 * 86_400),
        audit: Duration? = .seconds(400 * 86_400), clock: (any WallClock)? = nil
    ) {
        self.client = client
        self.retention = retention
        self.identities = identities
        self.deadRecords = deadRecords
        self.audit = audit
        self.expire = DeadRecordRetention(client: client, clock: clock)
        self.freeClaims = FreeClaimRemoval(client: client, clock: clock)
        self.clock = clock
    }

    public func keepUp() async throws(DomainError) -> UpkeepReport {
        try await client.inDomain(.write) {
            // In the order in which it matters: the archive does without a month longer than ingest does without its
            // day, and a key of no use does no harm.
            let days = (made: try await makeDays(), dropped: try await dropDays())
            let removed = try await removeDeadRecords()
            let claims = try await freeClaims()
            let dropped = try await dropMonths()
            let months = try await makeMonths()
            let keys = try await OrderUpkeep(client: client, clock: clock)()
            return UpkeepReport(
                made: months + days.made, dropped: dropped + days.dropped, removedRecords: removed,
                removedKeys: keys, removedClaims: claims,
                hasMore: removed >= DeadRecordRetention.batch || keys >= OrderUpkeep.batch)
        }
    }

    /// The tables with a partition a day, and how long their rows are kept.
    private var dayPartitioned: [(table: String, kept: Duration)] {
        [
            ("archived_job_ids", identities), ("ingest_identities_by_day", identities),
            ("idempotency_records", Self.replies),
        ]
    }

    private func removeDeadRecords() async throws -> Int {
        guard let deadRecords else { return 0 }
        return try await expire(olderThan: deadRecords)
    }

    private func makeMonths() async throws -> Int {
        var made: Int32 = 0
        for length in retention.lengths where length < Self.longestAhead {
            made +=
                try await client.first(HousekeepingStatements.makeMonths) {
                    $0.append(clock?.now())
                    $0.append(length.microseconds)
                } ?? 0
        }
        for month in try await client.rows(HousekeepingStatements.waitingMonths, { $0.append(clock?.now()) }) {
            made += try await client.first(HousekeepingStatements.makeMonth) { $0.append(month) } ?? 0
        }
        made +=
            try await client.first(HousekeepingStatements.makeMonthsOf) {
                $0.append(Self.auditTable)
                $0.append(clock?.now())
            } ?? 0
        return Int(made)
    }

    private func dropMonths() async throws -> Int {
        let archived = try await client.first(HousekeepingStatements.dropMonths) { $0.append(clock?.now()) } ?? 0
        guard let audit else { return Int(archived) }
        let audited = try await client.first(HousekeepingStatements.dropMonthsOf) {
            $0.append(Self.auditTable)
            $0.append(clock?.now())
            $0.append(audit.microseconds)
        }
        return Int(archived + (audited ?? 0))
    }

    private func makeDays() async throws -> Int {
        var made: Int32 = 0
        for (table, _) in dayPartitioned {
            made +=
                try await client.first(HousekeepingStatements.makeDays) {
                    $0.append(table)
                    $0.append(clock?.now())
                } ?? 0
        }
        return Int(made)
    }

    private func dropDays() async throws -> Int {
        var dropped: Int32 = 0
        for (table, kept) in dayPartitioned {
            dropped +=
                try await client.first(HousekeepingStatements.dropDays) {
                    $0.append(table)
                    $0.append(clock?.now())
                    $0.append(kept.microseconds)
                } ?? 0
        }
        return Int(dropped)
    }
}
