import MillraceDomain

/// Stores new jobs and finds out what became of each: for submissions and for ingest.
struct JobWriter: Sendable {
    /// How long a queued job is left to the consumers that were told of it before a sweep may take it.
    static let grace: Duration = .seconds(2)

    let clock: (any WallClock)?
    /// How much owners may have; nil where nobody looks.
    var quotas: QuotaGate?

    /// As many rows as one statement should carry.
    private static let maxBatch = 500

    /// Stores jobs none of which needs a transaction.
    func write(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [SubmitOutcome] {
        var claims = UniqueClaims(clock: clock)
        return try await write(jobs, at: Array(repeating: nil, count: jobs.count), &claims, on: runner)
    }

    /// Stores the jobs in their order: all their keys are locked before, and ordering keys advanced after.
    func write(_ jobs: [NewJob], in transaction: PostgresTransaction) async throws -> [SubmitOutcome] {
        let (outcomes, freed) = try await underKeys(of: jobs, in: transaction) { places, claims in
            var outcomes: [SubmitOutcome] = []
            for start in stride(from: 0, to: jobs.count, by: Self.maxBatch) {
                let range = start..<min(start + Self.maxBatch, jobs.count)
                outcomes += try await write(Array(jobs[range]), at: Array(places[range]), &claims, on: transaction)
            }
            return outcomes
        }
        return outcomes.map { $0.updated(by: freed) }
    }

    /// Locks the unique keys of the jobs, then their ordering keys and those of jobs that they may replace, lets `write`
    /// store them at their places, and frees the first of each ordering key. Costs no statement when no job has a key.
    func underKeys<Outcome>(
        of jobs: [NewJob], in transaction: PostgresTransaction,
        write: ([Int64?], inout UniqueClaims) async throws -> [Outcome]
    ) async throws -> (outcomes: [Outcome], freed: [JobID: JobState]) {
        var claims = UniqueClaims(clock: clock)
        try await claims.lock(jobs.compactMap(\.uniqueKey), on: transaction)
        let replaced = try await claims.orders(replacedBy: jobs, on: transaction)
        let keys = Set(jobs.compactMap(\.order)).union(replaced)
        guard !keys.isEmpty else {
            return (try await write(Array(repeating: nil, count: jobs.count), &claims), [:])
        }
        let order = KeyOrder(transaction: transaction, clock: clock)
        let outcomes = try await write(try await order.take(jobs, and: replaced), &claims)
        let freed = try await order.advance(keys, grace: Self.grace).map { ($0.id, $0.state) }
        return (outcomes, Dictionary(freed) { first, _ in first })
    }

    /// Stores the jobs that can be stored and tells of each what became of it, in the order given.
    ///
    /// - Parameters:
    ///   - places: the places of those that have an ordering key, whose row the transaction has locked.
    ///   - claims: what holds the locks of their unique keys.
    ///   - runner: a transaction, when there is a job that needs one.
    func write(
        _ jobs: [NewJob], at places: [Int64?], _ claims: inout UniqueClaims, on runner: some StatementRunner
    ) async throws -> [SubmitOutcome] {
        var outcomes: [SubmitOutcome?] = Array(repeating: nil, count: jobs.count)
        // The same id or key twice in one call: the second is judged once the first is there.
        var left = Array(jobs.indices)
        while !left.isEmpty {
            var seen = SeenSubmissions()
            let round = left.filter { seen.insert(jobs[$0]) }
            let written = try await writeClaiming(
                round.map { jobs[$0] }, at: round.map { places[$0] }, &claims, on: runner)
            for (index, outcome) in zip(round, written.outcomes) { outcomes[index] = outcome }
            let done = Set(round)
            left = left.filter { index in
                guard !done.contains(index) else { return false }
                outcomes[index] = written.answer(to: jobs[index])
                return outcomes[index] == nil
            }
        }
        return outcomes.compactMap(\.self)
    }

    func writeUnique(
        _ jobs: [NewJob], at places: [Int64?], on runner: some StatementRunner
    ) async throws -> [SubmitOutcome] {
        let excesses = try await excesses(of: jobs, on: runner)
        let inserted = try await insert(jobs, at: places, but: excesses, on: runner)
        // Of those that are refused only one with an id from outside may be there.
        let missing = jobs.filter { inserted[$0.id] == nil && (excesses[$0.id] == nil || $0.hasOwnID) }
        let existing = try await find(missing, on: runner)
        let archived = try await takeBackArchived(jobs.filter { existing[$0.id] == nil }, inserted, on: runner)
        let owners = try await knownOwners(missing, on: runner)
        return try jobs.map { job in
            if archived.contains(job.id) { return .archived }
            if let accepted = inserted[job.id] { return .accepted(accepted) }
            if let other = existing[job.id] { return other.isSame(as: job) ? .existing(other) : .idTaken }
            if let excess = excesses[job.id] { return .overQuota(excess) }
            // The owner came, or the other job went, between the statements: the same call will succeed.
            guard !owners.contains(job.ownerID) else { throw DomainError.unavailable }
            return .unknownOwner
        }
    }

    func find(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [JobID: Job] {
        guard !jobs.isEmpty else { return [:] }
        let found = try await runner.rows(JobStatements.findMany) { $0.append(array: jobs.map(\.id)) }
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    private func knownOwners(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> Set<UserID> {
        guard !jobs.isEmpty else { return [] }
        let owners = Set(jobs.map(\.ownerID))
        return Set(try await runner.rows(JobStatements.knownOwners) { $0.append(array: owners) })
    }

    /// The ids from outside whose jobs have gone to the archive. Such as were inserted are removed again.
    ///
    /// Looked for after the insert: a job that leaves in this moment is seen in its old place or in its new one.
    private func takeBackArchived(
        _ jobs: [NewJob], _ inserted: [JobID: Job], on runner: some StatementRunner
    ) async throws -> Set<JobID> {
        let ids = jobs.filter(\.hasOwnID).map(\.id)
        guard !ids.isEmpty else { return [] }
        let archived = try await runner.rows(JobStatements.archivedIDs) { $0.append(array: ids) }
        let wrong = archived.filter { inserted[$0] != nil }
        if !wrong.isEmpty { try await runner.execute(JobStatements.takeBack) { $0.append(array: wrong) } }
        return Set(archived)
    }

    func insert(
        _ jobs: [NewJob], at places: [Int64?], on runner: some StatementRunner
    ) async throws -> [JobID: Job] {
        let stored = try await runner.rows(JobStatements.insert) { parameters in
            let submissions = jobs.map(\.submission)
            parameters.append(array: jobs.map(\.id))
            parameters.append(array: jobs.map(\.ownerID))
            parameters.append(array: submissions.map(\.kind.text))
            parameters.append(array: submissions.map(\.payload))
            parameters.append(array: submissions.map(\.queue.text))
            parameters.append(optionals: submissions.map(\.orderingKey))
            parameters.append(optionals: submissions.map(\.runAt))
            parameters.append(optionals: submissions.map(\.expiresAt))
            parameters.append(array: submissions.map { Int16(clamping: $0.priority) })
            parameters.append(array: submissions.map { Int32(clamping: $0.maxAttempts ?? 25) })
            parameters.append(optionals: submissions.map { $0.timeout?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.base?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.cap?.milliseconds })
            parameters.append(optionals: submissions.map { $0.retry?.maxAge?.milliseconds })
            append(tagsAndMetadata: submissions, to: &parameters)
            parameters.append(array: Array(Set(jobs.map(\.ownerID))))
            parameters.append(clock?.now())
            parameters.append(Self.grace.microseconds)
            parameters.append(array: Self.tagEnds(submissions))
            parameters.append(array: jobs.map(\.hasOwnID))
            parameters.append(optionals: places)
            parameters.append(array: jobs.map { $0.onDead == .hold })
            parameters.append(optionals: submissions.map { $0.unique?.json })
        }
        return Dictionary(stored.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Arrays of arrays must be rectangular, so all tags travel in one list and each job knows its part of it.
    private func append(tagsAndMetadata submissions: [JobSubmission], to parameters: inout Parameters) {
        let ends = Self.tagEnds(submissions)
        parameters.append(array: zip(submissions, ends).map { $1 - Int32($0.tags.count) + 1 })
        parameters.append(array: submissions.flatMap(\.tags))
        parameters.append(array: submissions.map(\.metadata))
    }

    private static func tagEnds(_ submissions: [JobSubmission]) -> [Int32] {
        var end: Int32 = 0
        return submissions.map { submission in
            end += Int32(clamping: submission.tags.count)
            return end
        }
    }
}

extension NewJob {
    /// Whether its id came from outside, so that it may come again.
    var hasOwnID: Bool { submission.id != nil }

    /// Whether what becomes of it takes more than one statement to find out.
    var needsTransaction: Bool { hasOwnID || submission.unique != nil || submission.orderingKey != nil }
}

extension Job {
    fileprivate func isSame(as new: NewJob) -> Bool {
        var submission = new.submission
        if submission.retry?.isEmpty == true { submission.retry = nil }
        return isSame(as: submission, owner: new.ownerID)
    }
}

extension SubmitOutcome {
    /// The same, of a job that its key has freed in the same transaction.
    func updated(by freed: [JobID: JobState]) -> SubmitOutcome {
        guard case .accepted(var job) = self, let state = freed[job.id] else { return self }
        job.state = state
        return .accepted(job)
    }
}
