public import MillraceDomain

extension PostgresJobRepository {
    public func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        if jobs.count == 1 {
            guard case .done(let outcomes) = try await submitOne(Submission(job: jobs[0])) else { throw .failure }
            return outcomes
        }
        guard isAtomic else {
            return try await client.inDomain(.write) {
                try await coalescer.each(jobs.map { Submission(job: $0) }).map { submitted in
                    guard case .done(let outcome) = submitted else { throw DomainError.failure }
                    return outcome
                }
            }
        }
        guard case .done(let outcomes) = try await submitTogether(jobs, isAtomic: true, keeping: nil) else {
            throw .failure
        }
        return outcomes
    }

    public func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        if jobs.count == 1 { return try await submitOne(Submission(job: jobs[0], keeping: keeping)) }
        return try await submitTogether(jobs, isAtomic: isAtomic, keeping: keeping)
    }

    /// In a batch with those of other callers.
    private func submitOne(
        _ submission: Submission
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        try await client.inDomain(.write) {
            switch try await coalescer(submission) {
            case .done(let outcome): return .done([outcome])
            case .repeated(let reply): return .repeated(reply)
            case .refused(let error): throw error
            }
        }
    }

    /// In a transaction of their own.
    private func submitTogether(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>?
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        struct Undone: Error {
            let outcomes: [SubmitOutcome]
        }
        let gate = IdempotencyGate(clock: clock)
        return try await client.inDomain(.write) {
            do {
                return try await client.transaction { transaction in
                    if let keeping, let passage = try await gate.enter([keeping.request], on: transaction).first {
                        switch passage {
                        case .open: break
                        case .repeated(let reply): return .repeated(reply)
                        case .refused(let error): throw error
                        }
                    }
                    let outcomes = try await writer.write(jobs, in: transaction)
                    guard !isAtomic || outcomes.allSatisfy(\.isStored) else { throw Undone(outcomes: outcomes) }
                    guard let keeping else { return .done(outcomes) }
                    guard let reply = keeping.reply(outcomes) else { throw Undone(outcomes: outcomes) }
                    try await gate.keep([(keeping.request, reply)], on: transaction)
                    return .done(outcomes)
                }
            } catch let undone as Undone {
                return .done(undone.outcomes)
            }
        }
    }
}

extension SubmitOutcome {
    fileprivate var isStored: Bool {
        switch self {
        case .accepted, .existing: true
        case .idTaken, .archived, .unknownOwner, .uniqueConflict, .uniqueArchived, .overQuota: false
        }
    }
}
