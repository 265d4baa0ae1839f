public import MillraceDomain

/// Live jobs in Postgres, for those who run them.
public struct PostgresJobLeases: JobLeases {
    let client: PostgresClient
    private let renewals: PostgresClient
    let clock: (any WallClock)?
    private let finisher: BatchCoalescer<JobCompletion, FinishOutcome>

    /// - Parameters:
    ///   - renewals: the connection by which leases are extended, so that no other work delays that; nil for `client`.
    ///   - clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, renewals: PostgresClient? = nil, clock: (any WallClock)? = nil) {
        self.client = client
        self.renewals = renewals ?? client
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

    public func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        guard !leases.isEmpty else { return [] }
        return try await renewals.inDomain(.write) {
            let held = try await renewals.rows(LeaseStatements.renew) {
                $0.append(array: leases.map(\.jobID))
                $0.append(array: leases.map(\.token))
                $0.append(terms.duration.microseconds)
                $0.append(clock?.now())
            }
            let standings = Dictionary(
                held.map { id, token, isCancelAsked, isExtended in
                    let standing: LeaseStanding = isCancelAsked ? .cancelAsked : .held
                    return (Lease(jobID: id, token: token), isExtended ? standing : .busy)
                }
            ) { first, _ in first }
            return leases.map { standings[Lease(jobID: $0.jobID, token: $0.token)] ?? .lost }
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

    /// Writes the end of one attempt as part of a transaction that the caller commits.
    static func finish(
        _ completion: JobCompletion, in transaction: PostgresTransaction, _ clock: (any WallClock)?
    ) async throws -> FinishOutcome {
        let keys = Set([completion.lease.order].compactMap(\.self))
        let (states, freed) = try await end([completion], of: keys, in: transaction, clock)
        guard let state = states[completion.lease.jobID] else { return .stale }
        return .recorded(state, freed: completion.lease.order.flatMap { freed[$0] })
    }

    private static func finish(
        _ completions: [JobCompletion], _ client: PostgresClient, _ clock: (any WallClock)?
    ) async throws -> [FinishOutcome] {
        // The same lease twice in one call: the first end counts, as it would in two calls.
        var leases: Set<Lease> = []
        let isFirst = completions.map { leases.insert($0.lease).inserted }
        let firsts = zip(completions, isFirst).filter(\.1).map(\.0)
        let (states, freed) = try await end(firsts, client, clock)
        return zip(completions, isFirst).map { completion, isFirst in
            guard isFirst, let state = states[completion.lease.jobID] else { return .stale }
            return .recorded(state, freed: completion.lease.order.flatMap { freed[$0] })
        }
    }

    private typealias Ended = (states: [JobID: JobState], freed: [OrderingKey: JobID])

    /// One statement, and where a job has an ordering key, a transaction in which its key is locked before and
    /// advanced after.
    ///
    /// - Returns: the states of the jobs whose end was written, and the job of each key that is ready because of it.
    private static func end(
        _ completions: [JobCompletion], _ client: PostgresClient, _ clock: (any WallClock)?
    ) async throws -> Ended {
        let keys = Set(completions.compactMap(\.lease.order))
        guard !keys.isEmpty else { return (try await write(completions, on: client, clock), [:]) }
        return try await client.transaction { try await end(completions, of: keys, in: $0, clock) }
    }

    private static func end(
        _ completions: [JobCompletion], of keys: Set<OrderingKey>, in transaction: PostgresTransaction,
        _ clock: (any WallClock)?
    ) async throws -> Ended {
        guard !keys.isEmpty else { return (try await write(completions, on: transaction, clock), [:]) }
        let order = KeyOrder(transaction: transaction, clock: clock)
        try await order.lock(keys)
        let states = try await write(completions, on: transaction, clock)
        let freed = try await order.advance(keys, ended: Array(states.filter(\.value.isTerminal).keys))
        let ready = freed.compactMap { job in job.hint.map { (job.key, $0.jobID) } }
        return (states, Dictionary(ready) { first, _ in first })
    }

    private static func write(
        _ completions: [JobCompletion], on runner: some StatementRunner, _ clock: (any WallClock)?
    ) async throws -> [JobID: JobState] {
        let ended = try await runner.rows(LeaseStatements.finish) {
            $0.append(array: completions.map(\.lease.jobID))
            $0.append(array: completions.map(\.lease.token))
            $0.append(array: completions.map(\.transition.state.rawValue))
            $0.append(array: completions.map(\.outcome.rawValue))
            $0.append(array: completions.map { $0.transition.effects.contains(.refundAttempt) })
            $0.append(array: completions.map(\.dueIn.microseconds))
            $0.append(optionals: completions.map { $0.failure?.code })
            $0.append(optionals: completions.map { $0.failure?.message })
            $0.append(optionals: completions.map(\.result))
            $0.append(clock?.now())
            $0.append(array: completions.map { $0.lease.order != nil })
        }
        return Dictionary(ended) { first, _ in first }
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
