public import MillraceDomain

/// Dead jobs and dead records in Postgres, as one list.
public struct PostgresDeadLetterRepository: DeadLetterRepository {
    /// About how many bytes of records are read at once.
    private static let maxBytes: Int64 = 8 << 20

    private let client: PostgresClient
    private let clock: (any WallClock)?
    private let quotas: QuotaGate?
    private var trail: AuditTrail

    /// - Parameters:
    ///   - clock: the store's time; nil, as in production, for the database's own.
    ///   - quotas: how much owners may have; nil where nobody looks.
    public init(client: PostgresClient, clock: (any WallClock)? = nil, quotas: QuotaGate? = nil) {
        self.client = client
        self.clock = clock
        self.quotas = quotas
        trail = AuditTrail(clock: clock)
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.trail.note = note
        return copy
    }

    public func list(
        _ filter: DeadLetterFilter, page: PageRequest
    ) async throws(DomainError) -> Page<DeadLetter> {
        try await client.inDomain(.read) {
            let place = page.after ?? PagePosition(createdAt: .latest, id: .greatest)
            var jobs: [DeadLetter] = []
            if filter.sort != .record {
                jobs = try await client.rows(DeadLetterStatements.jobs) {
                    $0.append(filter)
                    $0.append(place, fetching: page.limit + 1)
                }.map { .job($0) }
            }
            let (records, end) = try await records(DeadLetterStatements.records, filter, place, page.limit)
            return DeadLetterPage(
                jobs: jobs, records: records.map { .record($0) }, recordsEnd: end, position: \.position
            )
            .merged(page.limit) { $0 > $1 }
        }
    }

    public func find(_ id: UniqueID, owner: UserID?) async throws(DomainError) -> DeadLetter? {
        try await client.inDomain(.read) {
            let record = try await client.first(DeadLetterStatements.record) {
                $0.append(id)
                $0.append(owner)
            }
            if let record { return .record(record) }
            let job = try await client.first(JobStatements.find) { $0.append(id) }
            guard let job, job.state == .dead, owner == nil || job.ownerID == owner else { return nil }
            return .job(job)
        }
    }

    public func now() async throws(DomainError) -> Timestamp {
        let now = try await client.inDomain(.read) {
            try await client.first(DeadLetterStatements.now) { $0.append(clock?.now()) }
        }
        guard let now else { throw .failure }
        return now
    }

    public func candidates(
        _ filter: DeadLetterFilter, after position: PagePosition?, limit: Int
    ) async throws(DomainError) -> Page<ReplayCandidate> {
        try await client.inDomain(.read) {
            let place = position ?? PagePosition(createdAt: .earliest, id: .least)
            var jobs: [ReplayCandidate] = []
            if filter.sort != .record {
                jobs = try await client.rows(DeadLetterStatements.oldestJobs) {
                    $0.append(filter)
                    $0.append(place, fetching: limit + 1)
                }
            }
            let (records, end) = try await records(DeadLetterStatements.oldestRecords, filter, place, limit)
            return DeadLetterPage(
                jobs: jobs, records: records.map { .record($0) }, recordsEnd: end, position: \.position
            )
            .merged(limit) { $0 < $1 }
        }
    }

    public func sendBack(_ jobs: [JobReturn]) async throws(DomainError) -> [ReturnedJob] {
        guard !jobs.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let returned = try await transaction.rows(ReplayStatements.sendBack) {
                    $0.append(array: jobs.map(\.id))
                    $0.append(array: jobs.map { Int32(clamping: $0.generation) })
                    $0.append(optionals: jobs.map(\.startsAt))
                    $0.append(clock?.now())
                    $0.append(JobWriter.grace.microseconds)
                }
                try await trail.write(.deadLetterReplay, .job, returned.map(\.id), in: transaction)
                return returned
            }
        }
    }

    public func replay(_ records: [RecordReplay]) async throws(DomainError) -> [RecordReplayOutcome] {
        guard !records.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            do {
                return try await replay(records, oneByOne: false)
            } catch let error as PostgresError where error.classification == .data {
                // Some entry cannot be stored: the next round finds out which.
                return try await replay(records, oneByOne: true)
            }
        }
    }

    private func replay(_ records: [RecordReplay], oneByOne: Bool) async throws -> [RecordReplayOutcome] {
        try await client.transaction { transaction in
            let ingest = IngestTransaction(
                transaction: transaction, writer: JobWriter(clock: clock, quotas: quotas), ids: UUIDv7Generator(),
                now: clock?.now())
            let outcomes = try await ReplayTransaction(transaction: transaction, ingest: ingest)
                .write(records, oneByOne: oneByOne)
            let done = zip(records, outcomes).filter { $1.isDone }.map(\.0.id)
            try await trail.write(.deadLetterReplay, .deadRecord, done, in: transaction)
            return outcomes
        }
    }

    /// - Returns: the records, and the last one's place when there are more than could be read at once.
    private func records(
        _ statement: Statement<(DeadRecord, Int64)>, _ filter: DeadLetterFilter, _ place: PagePosition, _ limit: Int
    ) async throws -> ([DeadRecord], PagePosition?) {
        guard filter.sort != .job else { return ([], nil) }
        let rows = try await client.rows(statement) {
            $0.append(filter)
            $0.append(place, fetching: limit + 1)
            $0.append(Self.maxBytes)
        }
        let records = rows.map(\.0)
        let isCut = Int64(rows.count) < rows.first?.1 ?? 0
        return (records, isCut ? records.last.map { DeadLetter.record($0).position } : nil)
    }
}

extension Parameters {
    /// Binds after which place to read, and how many rows.
    fileprivate mutating func append(_ place: PagePosition, fetching count: Int) {
        append(place.createdAt)
        append(place.id)
        append(Int64(count))
    }
}

extension Timestamp {
    fileprivate static let earliest = Timestamp(microseconds: .min)
    fileprivate static let latest = Timestamp(microseconds: .max)
}

extension UniqueID {
    fileprivate static let least = UniqueID(high: 0, low: 0)
    fileprivate static let greatest = UniqueID(high: .max, low: .max)
}
