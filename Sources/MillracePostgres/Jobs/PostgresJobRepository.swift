public import MillraceDomain

/// Jobs in Postgres, for those who submit and ask.
public struct PostgresJobRepository: JobRepository {
    let client: PostgresClient
    let clock: (any WallClock)?
    private let writer: JobWriter
    private let coalescer: BatchCoalescer<NewJob, SubmitOutcome>

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        let writer = JobWriter(clock: clock)
        self.client = client
        self.clock = clock
        self.writer = writer
        self.coalescer = BatchCoalescer(weigh: \.weight) { jobs in
            guard writer.needsTransaction(jobs) else {
                return try await writer.write(jobs, at: Array(repeating: nil, count: jobs.count), on: client)
            }
            return try await client.transaction { try await writer.write(jobs, in: $0) }
        }
    }

    public func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        if jobs.count == 1 {
            let job = jobs[0]
            return [try await client.inDomain(.write) { try await coalescer(job) }]
        }
        guard isAtomic else {
            return try await client.inDomain(.write) {
                try await coalescer.each(jobs)
            }
        }
        return try await submitAtomically(jobs)
    }

    private func submitAtomically(_ jobs: [NewJob]) async throws(DomainError) -> [SubmitOutcome] {
        struct Refused: Error {
            let outcomes: [SubmitOutcome]
        }
        return try await client.inDomain(.write) {
            do {
                return try await client.transaction { transaction in
                    let (stored, freed) = try await writer.ordered(jobs, in: transaction) { places in
                        var outcomes: [SubmitOutcome] = []
                        for start in stride(from: 0, to: jobs.count, by: 500) {
                            let range = start..<min(start + 500, jobs.count)
                            outcomes += try await writer.write(
                                Array(jobs[range]), at: Array(places[range]), on: transaction)
                        }
                        guard outcomes.allSatisfy(\.isStored) else { throw Refused(outcomes: outcomes) }
                        return outcomes
                    }
                    return stored.map { $0.updated(by: freed) }
                }
            } catch let refused as Refused {
                return refused.outcomes
            }
        }
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

extension SubmitOutcome {
    fileprivate var isStored: Bool {
        switch self {
        case .accepted, .existing: true
        case .idTaken, .archived, .unknownOwner: false
        }
    }
}
