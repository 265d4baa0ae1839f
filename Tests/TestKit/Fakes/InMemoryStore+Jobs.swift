public import MillraceDomain

extension InMemoryStore: JobRepository {
    public func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        try transact { state, now in
            var accepted: [JobID] = []
            var isWhole = true
            let outcomes = jobs.map { job in
                let outcome = state.accept(job, now)
                switch outcome {
                case .accepted: accepted.append(job.id)
                case .existing: break
                case .idTaken, .archived, .unknownOwner: isWhole = false
                }
                return outcome
            }
            if isAtomic, !isWhole { for id in accepted { state.jobs[id] = nil } }
            return outcomes
        }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        try transact { state, _ in state.job(id, owner)?.job }
    }

    public func find(_ ids: [JobID]) async throws(DomainError) -> [Job] {
        try transact { state, _ in Set(ids).compactMap { state.jobs[$0]?.job } }
    }

    public func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] {
        try transact { state, _ in
            ids.reduce(into: [:]) { states, id in states[id] = state.jobs[id]?.job.state }
        }
    }

    public func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try transact { state, _ in
            page.page(of: state.jobs.values.map(\.job).filter(filter.passes), at: \.position)
        }
    }

    public func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] {
        try transact { state, _ in state.jobs[id]?.attempts ?? [] }
    }

    public func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job {
        try change(id, owner, on: .cancelled) { (_) throws(DomainError) in throw .conflict(.alreadyTerminal) }
    }

    public func retry(_ id: JobID, owner: UserID?, evenSucceeded: Bool) async throws(DomainError) -> Job {
        try change(id, owner, on: .retriedByOperator) { (job) throws(DomainError) in
            guard job.state.isTerminal else { throw .conflict(.notTerminal) }
            guard job.state != .succeeded || evenSucceeded else { throw .conflict(.alreadySucceeded) }
        }
    }

    public func restore(_ archived: ArchivedJob) async throws(DomainError) -> Job? {
        try transact { (state, now) throws(DomainError) in
            guard state.users[archived.job.ownerID] != nil else { throw .notFound(.job) }
            guard state.jobs[archived.job.id] == nil else { return nil }
            var stored = StoredJob(archived)
            stored.hasOwnID = state.archivedIDs.contains(archived.job.id)
            return try state.move(stored, on: .retriedByOperator, now)
        }
    }

    /// Makes the move of `event`, unless `check` refuses the job as it stands.
    private func change(
        _ id: JobID, _ owner: UserID?, on event: JobEvent, _ check: (Job) throws(DomainError) -> Void
    ) throws(DomainError) -> Job {
        try transact { (state, now) throws(DomainError) in
            guard let stored = state.job(id, owner) else { throw .notFound(.job) }
            if event == .retriedByOperator {
                guard state.users[stored.job.ownerID] != nil else { throw .notFound(.job) }
            }
            if event == .retriedByOperator || stored.job.state.isTerminal { try check(stored.job) }
            return try state.move(stored, on: event, now)
        }
    }
}

extension InMemoryStore.State {
    /// Makes a move that somebody from outside asks for, and keeps the job.
    fileprivate mutating func move(
        _ stored: StoredJob, on event: JobEvent, _ now: Timestamp
    ) throws(DomainError) -> Job {
        guard let transition = stored.standing.transition(on: event) else { throw .failure }
        var stored = stored
        stored.apply(transition, at: now)
        // A time that has passed would end the job again before it has started.
        if event == .retriedByOperator, let expiresAt = stored.job.submission.expiresAt, expiresAt <= now {
            stored.job.submission.expiresAt = nil
        }
        if stored.job.state == .queued { stored.dueAt = now + InMemoryStore.sweepGrace }
        jobs[stored.job.id] = stored
        return stored.job
    }

    /// Stores a job unless it is there already.
    mutating func accept(_ new: NewJob, _ now: Timestamp) -> SubmitOutcome {
        if let stored = jobs[new.id] {
            return stored.job.isSame(as: new.submission, owner: new.ownerID) ? .existing(stored.job) : .idTaken
        }
        guard !archivedIDs.contains(new.id) else { return .archived }
        guard users[new.ownerID] != nil else { return .unknownOwner }
        let stored = StoredJob(new, at: now)
        jobs[new.id] = stored
        return .accepted(stored.job)
    }

    fileprivate func job(_ id: JobID, _ owner: UserID?) -> StoredJob? {
        guard let stored = jobs[id], owner == nil || stored.job.ownerID == owner else { return nil }
        return stored
    }
}
