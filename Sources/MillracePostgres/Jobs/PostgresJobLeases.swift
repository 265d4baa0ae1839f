public import MillraceDomain

/// Live jobs in Postgres, for those who run them.
public struct PostgresJobLeases: JobLeases {
    private let client: PostgresClient
    private let clock: (any WallClock)?
    private let finisher: BatchCoalescer<JobCompletion, FinishOutcome>

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
        self.finisher = BatchCoalescer(weigh: \.weight) { completions in
            try await Self.finish(completions, client, clock)
        }
    }

    public func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        guard !ids.isEmpty, limit > 0 else { return [] }
        return try await client.inDomain(.write) {
            let claimed = try await client.rows(LeaseStatements.claim) {
                $0.append(array: ids)
                $0.append(Int64(limit))
                $0.append(terms.consumer)
                $0.append(terms.duration.microseconds)
                $0.append(clock?.now())
            }
            return claimed.sorted { $0.job.isMoreUrgent(than: $1.job) }
        }
    }

    public func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        guard limit > 0 else { return SweepResult() }
        let swept = try await client.inDomain(.write) {
            try await client.rows(LeaseStatements.sweep) {
                $0.append(Int64(limit))
                $0.append(terms.consumer)
                $0.append(terms.duration.microseconds)
                $0.append(clock?.now())
                $0.append(Int32(JobStanding.lostLeaseLimit))
            }
        }
        var result = SweepResult()
        for entry in swept.sorted(by: { $0.dueAt < $1.dueAt }) {
            switch entry.verdict {
            case "claimed": result.claimed += [entry.claimed].compactMap(\.self)
            case "expired": result.expired += 1
            case "dead": result.crashLooped += 1
            case "parked": result.parked += 1
            // A job that loses its lease after a cancel was asked ends there; it counts as found.
            default: result.recovered += 1
            }
        }
        return result
    }

    public func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        guard !leases.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            let held = try await client.rows(LeaseStatements.renew) {
                $0.append(array: leases.map(\.jobID))
                $0.append(array: leases.map(\.token))
                $0.append(terms.duration.microseconds)
                $0.append(clock?.now())
            }
            let standings = Dictionary(
                held.map { (Lease(jobID: $0.0, token: $0.1), $0.2 ? LeaseStanding.cancelAsked : .held) }
            ) { first, _ in first }
            return leases.map { standings[$0] ?? .lost }
        }
    }

    public func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        guard !completions.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            if completions.count == 1 { return [try await finisher(completions[0])] }
            return try await finisher.each(completions)
        }
    }

    public func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
        guard !progress.isEmpty else { return }
        _ = try await client.inDomain(.write) {
            try await client.execute(LeaseStatements.report) {
                $0.append(array: progress.map(\.lease.jobID))
                $0.append(array: progress.map(\.lease.token))
                $0.append(array: progress.map { Int16(clamping: $0.progress.percent) })
                $0.append(array: progress.map(\.progress.text))
            }
        }
    }

    private static func finish(
        _ completions: [JobCompletion], _ client: PostgresClient, _ clock: (any WallClock)?
    ) async throws -> [FinishOutcome] {
        // The same lease twice in one call: the first end counts, as it would in two calls.
        var leases: Set<Lease> = []
        let isFirst = completions.map { leases.insert($0.lease).inserted }
        let firsts = zip(completions, isFirst).filter(\.1).map(\.0)
        let ended = try await client.rows(LeaseStatements.finish) {
            $0.append(array: firsts.map(\.lease.jobID))
            $0.append(array: firsts.map(\.lease.token))
            $0.append(array: firsts.map(\.transition.state.rawValue))
            $0.append(array: firsts.map(\.outcome.rawValue))
            $0.append(array: firsts.map { $0.transition.effects.contains(.refundAttempt) })
            $0.append(array: firsts.map(\.dueIn.microseconds))
            $0.append(optionals: firsts.map { $0.failure?.code })
            $0.append(optionals: firsts.map { $0.failure?.message })
            $0.append(optionals: firsts.map(\.result))
            $0.append(clock?.now())
        }
        let states = Dictionary(ended) { first, _ in first }
        return zip(completions, isFirst).map { completion, isFirst in
            guard isFirst, let state = states[completion.lease.jobID] else { return .stale }
            return .recorded(state)
        }
    }
}

extension JobCompletion {
    /// About how many bytes it takes in a batch.
    fileprivate var weight: Int { 256 + (result?.bytes.count ?? 0) + (failure?.message.utf8.count ?? 0) }
}

extension Job {
    fileprivate func isMoreUrgent(than other: Job) -> Bool {
        (other.submission.priority, createdAt, id) < (submission.priority, other.createdAt, other.id)
    }
}
