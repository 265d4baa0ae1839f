import MillraceDomain

/// Decides which submissions may have their keys, inside the transaction that stores them.
///
/// The locks come in one order in every transaction: unique keys, sorted; then ordering keys, sorted; then jobs, sorted.
struct UniqueClaims: Sendable {
    private let clock: (any WallClock)?
    /// The keys that the transaction has locked, and who holds them by now.
    private var rows: [UniqueKey: UniqueRow] = [:]

    init(clock: (any WallClock)?) {
        self.clock = clock
    }

    /// Locks keys until the commit: all that the transaction will need, at once.
    mutating func lock(_ keys: [UniqueKey], on runner: some StatementRunner) async throws {
        guard !keys.isEmpty else { return }
        let locked = try await runner.rows(UniqueStatements.lock) {
            $0.append(keys: Set(keys))
            $0.append(clock?.now())
        }
        for row in locked { rows[row.key] = row }
    }

    /// The ordering keys of the jobs that some of these may replace: to be locked before any job is.
    func orders(replacedBy jobs: [NewJob], on runner: some StatementRunner) async throws -> Set<OrderingKey> {
        let replacing = jobs.filter { $0.submission.unique?.onConflict == .replace }
        let holders = try await find(replacing.compactMap { $0.uniqueKey.flatMap { rows[$0] }?.jobID }, on: runner)
        return Set(holders.values.compactMap(\.order))
    }

    /// Finds out what becomes of the jobs, whose keys are locked.
    ///
    /// - Parameter jobs: no two with one key.
    func judge(_ jobs: [NewJob], on runner: some StatementRunner) async throws -> [UniqueVerdict] {
        let ownIDs = jobs.filter { $0.hasOwnID && $0.uniqueKey != nil }.map(\.id)
        let holders = jobs.compactMap { $0.uniqueKey.flatMap { rows[$0] }?.jobID }
        var here = try await find(ownIDs + holders, on: runner)
        let known = try await knownIDs(ownIDs, here, on: runner)
        let wanted = jobs.filter { $0.submission.unique?.onConflict == .replace && !known.contains($0.id) }
        let replaceable = wanted.compactMap { $0.uniqueKey.flatMap { rows[$0] }?.jobID }
            .filter { here[$0]?.state.isReplaceable == true }
        here.merge(try await lockHolders(replaceable, on: runner)) { $1 }
        return jobs.map { job in
            guard let key = job.uniqueKey, let row = rows[key], !known.contains(job.id) else { return .none }
            return verdict(job, row.holder(row.jobID.flatMap { here[$0] }))
        }
    }

    private func verdict(_ job: NewJob, _ holder: UniqueHolder?) -> UniqueVerdict {
        guard let holder, let unique = job.submission.unique else { return .free }
        // The same submission again, by an id that was made of it.
        guard holder.id != job.id else { return .none }
        if unique.onConflict == .replace, case .here(let other) = holder, other.state.isReplaceable {
            return .replacing(other)
        }
        return .held(holder, holder.answer(to: unique.onConflict))
    }

    /// Gives the keys to the jobs that were accepted, and cancels those whom they replace.
    mutating func settle(_ judged: [(verdict: UniqueVerdict, outcome: SubmitOutcome)], on runner: some StatementRunner)
        async throws
    {
        var holders: [Job] = []
        var replaced: [JobID] = []
        for case (let verdict, .accepted(let job)) in judged {
            switch verdict {
            case .none, .held: continue
            case .free: break
            case .replacing(let other): replaced.append(other.id)
            }
            holders.append(job)
        }
        try await hold(holders, on: runner)
        guard !replaced.isEmpty else { return }
        try await runner.execute(UniqueStatements.cancel) {
            $0.append(array: replaced)
            $0.append(clock?.now())
        }
    }

    /// Takes the key again for an ended job that is to live again, if it claims one while it is active.
    ///
    /// - Throws: `DomainError.uniqueConflict` when another job holds it.
    mutating func retake(for job: Job, on runner: some StatementRunner) async throws {
        guard let key = job.uniqueKey, job.submission.unique?.scope == .active else { return }
        try await lock([key], on: runner)
        let row = rows[key]
        let others = try await find([row?.jobID].compactMap(\.self), on: runner)
        if let holder = row?.holder(row?.jobID.flatMap { others[$0] }), holder.id != job.id {
            throw DomainError.uniqueConflict(holder.id)
        }
        try await hold([job], on: runner)
    }

    private func find(_ ids: [JobID], on runner: some StatementRunner) async throws -> [JobID: Job] {
        guard !ids.isEmpty else { return [:] }
        let found = try await runner.rows(JobStatements.findMany) { $0.append(array: Set(ids)) }
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    private func lockHolders(_ ids: [JobID], on runner: some StatementRunner) async throws -> [JobID: Job] {
        guard !ids.isEmpty else { return [:] }
        let locked = try await runner.rows(UniqueStatements.lockHolders) { $0.append(array: ids) }
        return Dictionary(locked.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Those of the ids from outside that have a job, here or in the archive: they ask for that job, not for a key.
    private func knownIDs(
        _ ids: [JobID], _ here: [JobID: Job], on runner: some StatementRunner
    ) async throws -> Set<JobID> {
        let missing = ids.filter { here[$0] == nil }
        guard !missing.isEmpty else { return Set(ids) }
        let archived = try await runner.rows(JobStatements.archivedIDs) { $0.append(array: missing) }
        return Set(ids).subtracting(missing).union(archived)
    }

    private mutating func hold(_ jobs: [Job], on runner: some StatementRunner) async throws {
        guard !jobs.isEmpty else { return }
        try await runner.execute(UniqueStatements.hold) {
            $0.append(keys: jobs.compactMap(\.uniqueKey))
            $0.append(array: jobs.map(\.id))
            $0.append(array: jobs.compactMap { $0.submission.unique?.scope.word })
            $0.append(optionals: jobs.map(\.uniqueUntil))
        }
        for job in jobs {
            guard let key = job.uniqueKey else { continue }
            let word = job.submission.unique?.scope.word
            rows[key] = UniqueRow(key: key, jobID: job.id, scope: word, isOver: false)
        }
    }
}

extension Job {
    /// When the window of its claim ends.
    var uniqueUntil: Timestamp? {
        guard case .window(let window)? = submission.unique?.scope else { return nil }
        return createdAt + window
    }
}
