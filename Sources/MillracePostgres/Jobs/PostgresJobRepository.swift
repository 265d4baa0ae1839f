public import MillraceDomain

/// Jobs in Postgres, for those who submit and ask.
public struct PostgresJobRepository: JobRepository {
    let client: PostgresClient
    let clock: (any WallClock)?
    var trail: AuditTrail
    let writer: JobWriter
    let coalescer: BatchCoalescer<Submission, Submitted>

    /// - Parameters:
    ///   - clock: the store's time; nil, as in production, for the database's own.
    ///   - quotas: how much owners may have, one for all repositories of the process; nil where nobody looks.
    public init(client: PostgresClient, clock: (any WallClock)? = nil, quotas: QuotaGate? = nil) {
        let writer = JobWriter(clock: clock, quotas: quotas)
        let batches = SubmissionBatch(writer: writer, gate: IdempotencyGate(clock: clock))
        self.client = client
        self.clock = clock
        trail = AuditTrail(clock: clock)
        self.writer = writer
        self.coalescer = BatchCoalescer(weigh: \.weight) { submissions in
            guard submissions.contains(where: \.needsTransaction) else {
                return try await batches.writer.write(submissions.map(\.job), on: client).map { .done($0) }
            }
            return try await client.transaction { try await batches.write(submissions, on: $0) }
        }
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.trail.note = note
        return copy
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        let job = try await client.inDomain(.read) { try await client.first(JobStatements.find) { $0.append(id) } }
        guard let job, owner == nil || job.ownerID == owner else { return nil }
        return job
    }

    public func find(_ ids: [JobID]) async throws(DomainError) -> [Job] {
        guard !ids.isEmpty else { return [] }
        return try await client.inDomain(.read) {
            try await client.rows(JobStatements.findMany) { $0.append(array: ids) }
        }
    }

    public func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] {
        guard !ids.isEmpty else { return [:] }
        return try await client.inDomain(.read) {
            let rows = try await client.rows(JobStatements.states) { $0.append(array: ids) }
            return Dictionary(rows) { first, _ in first }
        }
    }

    public func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await client.inDomain(.read) {
            let statement = filter.owner == nil ? JobStatements.list : JobStatements.listOfOwner
            let jobs = try await client.rows(statement) {
                $0.append(filter.owner)
                $0.append(filter)
                $0.append(page: page)
            }
            return page.page(of: jobs) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    public func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] {
        try await client.inDomain(.read) { try await client.rows(JobStatements.attempts) { $0.append(id) } }
    }
}

extension NewJob {
    /// About how many bytes its row takes in a batch.
    var weight: Int { 512 + submission.payload.bytes.count + submission.metadata.bytes.count }
}
