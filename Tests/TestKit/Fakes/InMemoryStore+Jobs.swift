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
                case .idTaken, .unknownOwner: isWhole = false
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

    /// Makes the move of `event`, unless `check` refuses the job as it stands.
    private func change(
        _ id: JobID, _ owner: UserID?, on event: JobEvent, _ check: (Job) throws(DomainError) -> Void
    ) throws(DomainError) -> Job {
        try transact { (state, now) throws(DomainError) in
            guard var stored = state.job(id, owner) else { throw .notFound(.job) }
            if event == .retriedByOperator || stored.job.state.isTerminal { try check(stored.job) }
            guard let transition = stored.standing.transition(on: event) else { throw .failure }
            stored.apply(transition, at: now)
            // A time that has passed would end the job again before it has started.
            if event == .retriedByOperator, let expiresAt = stored.job.submission.expiresAt, expiresAt <= now {
                stored.job.submission.expiresAt = nil
            }
            if stored.job.state == .queued { stored.dueAt = now + Self.sweepGrace }
            state.jobs[id] = stored
            return stored.job
        }
    }
}

extension InMemoryStore.State {
    /// Stores a job unless it is there already.
    mutating func accept(_ new: NewJob, _ now: Timestamp) -> SubmitOutcome {
        if let stored = jobs[new.id] {
            return stored.job.isSame(as: new.submission, owner: new.ownerID) ? .existing(stored.job) : .idTaken
        }
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

extension JobFilter {
    /// Whether a job is one of those asked for.
    fileprivate func passes(_ job: Job) -> Bool {
        let submission = job.submission
        return (owner ?? job.ownerID) == job.ownerID
            && (state ?? job.state) == job.state
            && (queue ?? submission.queue) == submission.queue
            && (kind ?? submission.kind) == submission.kind
            && (orderingKey == nil || orderingKey == submission.orderingKey)
            && tag.map { submission.tags.contains($0) } ?? true
            && createdAfter.map { $0 <= job.createdAt } ?? true
            && createdBefore.map { job.createdAt < $0 } ?? true
    }
}
