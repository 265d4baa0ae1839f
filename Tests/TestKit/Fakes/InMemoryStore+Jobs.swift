public import MillraceDomain

extension InMemoryStore: JobRepository {
    public func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        try transact { state, now in state.submit(jobs, isAtomic: isAtomic, now) }
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

    public func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob {
        try transact { (state, now) throws(DomainError) in
            guard let stored = state.job(id, owner) else { throw .notFound(.job) }
            guard !stored.job.state.isTerminal else { throw .conflict(.alreadyTerminal) }
            let moved = try state.move(stored, on: .cancelled, now)
            if stored.job.cancelRequestedAt == nil { state.record(.jobCancel, .init(.job, id), note, now) }
            return moved
        }
    }

    public func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        try transact { (state, now) throws(DomainError) in
            guard let stored = state.job(id, owner), state.users[stored.job.ownerID] != nil,
                generation == nil || stored.job.generation == generation
            else { throw .notFound(.job) }
            guard stored.job.state.isTerminal else { throw .conflict(.notTerminal) }
            guard stored.job.state != .succeeded || evenSucceeded else { throw .conflict(.alreadySucceeded) }
            try state.retakeKey(for: stored.job, now)
            let retried = try state.retry(stored, now)
            state.record(.jobRetry, .init(.job, id), note, now)
            return retried
        }
    }

    public func restore(
        _ archived: ArchivedJob, onDead: DeathPolicy
    ) async throws(DomainError) -> ChangedJob? {
        try transact { (state, now) throws(DomainError) in
            guard state.users[archived.job.ownerID] != nil else { throw .notFound(.job) }
            guard state.jobs[archived.job.id] == nil else { return nil }
            var stored = StoredJob(archived)
            try state.retakeKey(for: stored.job, now)
            stored.hasOwnID = state.archivedIDs.contains(archived.job.id)
            stored.place = archived.job.order == nil ? nil : archived.job.createdAt.microseconds
            stored.onDead = onDead
            let retried = try state.retry(stored, now)
            state.record(.jobRetry, .init(.job, archived.job.id), note, now)
            return retried
        }
    }

    public func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        try transact { (state, now) throws(DomainError) in
            guard state.keys[key]?.holder == id else { throw .conflict(.holdsNoKey) }
            state.keys[key]?.holder = nil
            state.record(.jobReleaseKey, .init(.job, id), note, now)
            return [state.advance(key, now)?.hint].compactMap(\.self)
        }
    }
}

extension InMemoryStore.State {
    /// Sends an ended job back, behind the live ones of its key.
    fileprivate mutating func retry(_ stored: StoredJob, _ now: Timestamp) throws(DomainError) -> ChangedJob {
        var stored = stored
        // A time that has passed would end the job again before it has started.
        if let expiresAt = stored.job.submission.expiresAt, expiresAt <= now { stored.job.submission.expiresAt = nil }
        guard let key = stored.job.order else { return try move(stored, on: .retriedByOperator, now) }
        if keys[key]?.holder == stored.job.id { keys[key]?.holder = nil }
        stored.place = stored.place ?? place(in: key, now)
        return try move(stored, on: .retriedBehindPredecessor, now)
    }

    /// Makes a move that somebody from outside asks for, and keeps the job.
    fileprivate mutating func move(
        _ stored: StoredJob, on event: JobEvent, _ now: Timestamp
    ) throws(DomainError) -> ChangedJob {
        guard let transition = stored.standing.transition(on: event) else { throw .failure }
        var stored = stored
        stored.apply(transition, at: now)
        if stored.job.state == .queued { stored.dueAt = now + InMemoryStore.sweepGrace }
        if stored.job.state == .blocked { stored.dueAt = stored.job.submission.expiresAt }
        let id = stored.job.id
        jobs[id] = stored
        let freed = advance(stored.job.order, now)
        let isReady = stored.job.state == .queued
        return ChangedJob(
            jobs[id]?.job ?? stored.job, ready: [freed, isReady ? stored.job : nil].compactMap { $0?.hint })
    }

    /// Stores jobs: each for itself, or all or none.
    mutating func submit(_ jobs: [NewJob], isAtomic: Bool, _ now: Timestamp) -> [SubmitOutcome] {
        let before = self
        var isWhole = true
        let outcomes = jobs.map { job in
            let outcome = accept(job, now)
            switch outcome {
            case .accepted, .existing: break
            case .idTaken, .archived, .unknownOwner, .uniqueConflict, .uniqueArchived, .overQuota: isWhole = false
            }
            return outcome
        }
        if isAtomic, !isWhole { self = before }
        return outcomes
    }

    /// Stores a job unless it is there already.
    mutating func accept(_ new: NewJob, _ now: Timestamp) -> SubmitOutcome {
        if let stored = jobs[new.id] {
            return stored.job.isSame(as: new.submission, owner: new.ownerID) ? .existing(stored.job) : .idTaken
        }
        guard !archivedIDs.contains(new.id) else { return .archived }
        guard users[new.ownerID] != nil else { return .unknownOwner }
        if let excess = excess(of: new) {
            // Whoever holds its key is its answer; nobody is replaced.
            var elsewhere = self
            return elsewhere.takeKey(for: new, now) ?? .overQuota(excess)
        }
        if let refusal = takeKey(for: new, now) { return refusal }
        let stored = StoredJob(new, at: now, place: new.order.map { place(in: $0, now) })
        jobs[new.id] = stored
        advance(new.order, grace: InMemoryStore.sweepGrace, now)
        return .accepted(jobs[new.id]?.job ?? stored.job)
    }

    fileprivate func job(_ id: JobID, _ owner: UserID?) -> StoredJob? {
        guard let stored = jobs[id], owner == nil || stored.job.ownerID == owner else { return nil }
        return stored
    }
}
