import MillraceDomain

/// The ordering keys of one transaction: locked before any job of theirs is, and advanced after the jobs have changed.
///
/// `OrderStatements` says in which order locks are taken.
struct KeyOrder: Sendable {
    let transaction: PostgresTransaction
    let clock: (any WallClock)?

    /// Locks the keys of new jobs and gives each job its place; nil for a job without a key.
    ///
    /// - Parameter others: keys of jobs that the same transaction will end.
    func take(_ jobs: [NewJob], and others: Set<OrderingKey> = []) async throws -> [Int64?] {
        let keys = Set(jobs.compactMap(\.order)).union(others)
        let tails = try await transaction.rows(OrderStatements.take) {
            $0.append(keys)
            $0.append(Int64(jobs.count))
            $0.append(clock?.now())
            $0.append(array: Set(keys.map(\.ownerID)))
        }
        let last = Dictionary(tails) { first, _ in first }
        return jobs.enumerated().map { index, job in
            job.order.flatMap { last[$0] }.map { $0 - Int64(jobs.count - 1 - index) }
        }
    }

    /// Locks the keys, so that nobody else accepts or ends a job of theirs before this transaction has ended.
    func lock(_ keys: Set<OrderingKey>) async throws {
        _ = try await transaction.rows(OrderStatements.lock) { $0.append(keys) }
    }

    /// Locks those of the keys that nobody has locked, and returns them.
    func lockFree(_ keys: Set<OrderingKey>) async throws -> Set<OrderingKey> {
        Set(try await transaction.rows(OrderStatements.lockFree) { $0.append(keys) })
    }

    /// Frees the first of the blocked jobs of each key that is not held and has no other job on its way.
    ///
    /// - Parameters:
    ///   - keys: locked by this transaction.
    ///   - ended: the jobs that it has ended: one that is dead may hold its key from now on.
    ///   - grace: how long a freed job is left to those who are told of it before a sweep may take it.
    func advance(
        _ keys: Set<OrderingKey>, ended: [JobID] = [], grace: Duration = .zero
    ) async throws -> [OrderStatements.Freed] {
        try await transaction.rows(OrderStatements.advance) {
            $0.append(keys)
            $0.append(array: ended)
            $0.append(clock?.now())
            $0.append(grace.microseconds)
        }
    }

    /// Ends the hold that a dead job has on its key.
    ///
    /// - Returns: false when it holds it not.
    func release(_ key: OrderingKey, heldBy id: JobID) async throws -> Bool {
        try await transaction.execute(OrderStatements.release) {
            $0.append(key.ownerID)
            $0.append(key.queue.text)
            $0.append(key.text)
            $0.append(id)
        } > 0
    }
}

extension OrderStatements.Freed {
    /// Word for the consumers, where the job is ready now.
    var hint: DispatchHint? {
        state == .queued ? DispatchHint(jobID: id, queue: key.queue) : nil
    }
}

extension [OrderStatements.Freed] {
    /// The job in the state in which its key has left it.
    func updated(_ job: Job) -> Job {
        var job = job
        if let freed = first(where: { $0.id == job.id }) { job.state = freed.state }
        return job
    }
}
