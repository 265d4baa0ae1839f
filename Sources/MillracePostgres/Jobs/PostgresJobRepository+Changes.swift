public import MillraceDomain

/// What operators and owners do with single jobs.
extension PostgresJobRepository {
    public func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob {
        try await change(id, owner, JobStatements.lock) { _ in
        } move: { job, transaction in
            guard let transition = JobStanding(job.state).transition(on: .cancelled) else {
                throw DomainError.conflict(.alreadyTerminal)
            }
            let statement = transition.effects.contains(.askCancel) ? JobStatements.askCancel : JobStatements.cancel
            let moved = try await transaction.first(statement) {
                $0.append(id)
                $0.append(clock?.now())
            }
            // To ask a running job once more to stop changes nothing.
            if job.cancelRequestedAt == nil { try await trail.write(.jobCancel, .job, [id], in: transaction) }
            return moved
        }
    }

    public func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        try await change(id, owner, JobStatements.lockWithOwner) { transaction in
            // The unique key before all others; what a job claims never changes.
            guard let job = try await transaction.first(JobStatements.find, { $0.append(id) }),
                owner == nil || job.ownerID == owner, generation == nil || job.generation == generation,
                job.state.isTerminal, evenSucceeded || job.state != .succeeded
            else { return }
            var claims = UniqueClaims(clock: clock)
            try await claims.retake(for: job, on: transaction)
        } move: { job, transaction in
            guard generation == nil || job.generation == generation else { throw DomainError.notFound(.job) }
            guard JobStanding(job.state).transition(on: .retriedByOperator) != nil else {
                throw DomainError.conflict(.notTerminal)
            }
            guard evenSucceeded || job.state != .succeeded else { throw DomainError.conflict(.alreadySucceeded) }
            let retried = try await transaction.first(JobStatements.retry) {
                $0.append(id)
                $0.append(clock?.now())
                $0.append(JobWriter.grace.microseconds)
            }
            try await trail.write(.jobRetry, .job, [id], in: transaction)
            return retried
        }
    }

    public func restore(
        _ archived: ArchivedJob, onDead: DeathPolicy
    ) async throws(DomainError) -> ChangedJob? {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                var claims = UniqueClaims(clock: clock)
                try await claims.retake(for: archived.job, on: transaction)
                return try await change(of: archived.job.order, in: transaction) {
                    try await restore(archived, onDead, in: transaction)
                }
            }
        }
    }

    public func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let order = KeyOrder(transaction: transaction, clock: clock)
                guard try await order.release(key, heldBy: id) else { throw DomainError.conflict(.holdsNoKey) }
                try await trail.write(.jobReleaseKey, .job, [id], in: transaction)
                return try await order.advance([key]).compactMap(\.hint)
            }
        }
    }

    private func restore(
        _ archived: ArchivedJob, _ onDead: DeathPolicy, in transaction: PostgresTransaction
    ) async throws -> Job? {
        let owner = archived.job.ownerID
        guard try await transaction.first(RestoreStatements.lockOwner, { $0.append(owner) }) != nil else {
            throw DomainError.notFound(.job)
        }
        let restored = try await transaction.first(RestoreStatements.restore) {
            $0.append(restored: archived.job)
            $0.append(clock?.now())
            $0.append(JobWriter.grace.microseconds)
            $0.append(onDead == .hold)
            $0.append(archived.job.submission.unique?.json)
        }
        if let restored { try await trail.write(.jobRetry, .job, [restored.id], in: transaction) }
        guard let restored, !archived.attempts.isEmpty else { return restored }
        try await transaction.execute(RestoreStatements.restoreAttempts) {
            $0.append(restored.id)
            $0.append(restored: archived.attempts)
        }
        return restored
    }

    /// Loads the job with a lock, changes it, and commits both or neither.
    ///
    /// Only the job tells its ordering key, whose row must be locked first: of a job that has one the first
    /// transaction learns nothing but that, which never changes, and a second one begins with the key.
    private func change(
        _ id: JobID, _ owner: UserID?, _ lock: Statement<Job>,
        prepare: (PostgresTransaction) async throws -> Void,
        move: (Job, PostgresTransaction) async throws -> Job?
    ) async throws(DomainError) -> ChangedJob {
        try await client.inDomain(.write) {
            do {
                return try await change(id, owner, nil, lock, prepare, move)
            } catch let found as FoundInOrder {
                return try await change(id, owner, found.key, lock, prepare, move)
            }
        }
    }

    private func change(
        _ id: JobID, _ owner: UserID?, _ key: OrderingKey?, _ lock: Statement<Job>,
        _ prepare: (PostgresTransaction) async throws -> Void,
        _ move: (Job, PostgresTransaction) async throws -> Job?
    ) async throws -> ChangedJob {
        try await client.transaction { transaction in
            try await prepare(transaction)
            let changed = try await change(of: key, in: transaction) {
                let found = try await transaction.first(lock) {
                    $0.append(id)
                    $0.append(owner)
                }
                guard let found else { throw DomainError.notFound(.job) }
                if key == nil, let order = found.order { throw FoundInOrder(key: order) }
                guard let moved = try await move(found, transaction) else { throw DomainError.failure }
                return moved
            }
            guard let changed else { throw DomainError.failure }
            return changed
        }
    }

    /// Moves a job under its key, which a job that comes back holds no more, and frees the next of the key.
    private func change(
        of key: OrderingKey?, in transaction: PostgresTransaction, _ move: () async throws -> Job?
    ) async throws -> ChangedJob? {
        guard let key else { return try await move().map { ChangedJob($0, ready: $0.hints) } }
        let order = KeyOrder(transaction: transaction, clock: clock)
        _ = try await order.take([], and: [key])
        guard let moved = try await move() else { return nil }
        if !moved.state.isTerminal { _ = try await order.release(key, heldBy: moved.id) }
        let freed = try await order.advance([key])
        return ChangedJob(freed.updated(moved), ready: freed.compactMap(\.hint))
    }
}

/// The job has an ordering key.
private struct FoundInOrder: Error {
    let key: OrderingKey
}

extension Job {
    /// Word for the consumers, where it is ready.
    fileprivate var hints: [DispatchHint] {
        state == .queued ? [DispatchHint(jobID: id, queue: submission.queue)] : []
    }
}
