public import MillraceDomain

/// Queues in Postgres.
public struct PostgresQueueRepository: QueueRepository {
    /// So many jobs are released by one statement, so that none takes long.
    private static let releaseBatch = 5_000

    private let client: PostgresClient
    private let clock: (any WallClock)?
    private var trail: AuditTrail

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
        trail = AuditTrail(clock: clock)
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.trail.note = note
        return copy
    }

    public func list() async throws(DomainError) -> [QueueStatus] {
        try await PostgresQueueCounters(client: client, clock: clock).census().queues
    }

    public func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try await client.inDomain(.write) {
            guard !isPaused else { return try await pause(queue) }
            try await resume(queue)
            // Also when it was not paused: an earlier call may have been interrupted here.
            while try await release(queue) == Self.releaseBatch { try Task.checkCancellation() }
        }
    }

    private func pause(_ queue: QueueName) async throws {
        try await client.transaction { transaction in
            let paused = try await transaction.execute(QueueStatements.pause) {
                $0.append(queue.text)
                $0.append(clock?.now())
            }
            if paused > 0 { try await trail.write(.queuePause, .queue, [queue.text], in: transaction) }
        }
    }

    private func resume(_ queue: QueueName) async throws {
        try await client.transaction { transaction in
            let resumed = try await transaction.execute(QueueStatements.resume) { $0.append(queue.text) }
            if resumed > 0 { try await trail.write(.queueResume, .queue, [queue.text], in: transaction) }
        }
    }

    private func release(_ queue: QueueName) async throws -> Int {
        try await client.execute(QueueStatements.release) {
            $0.append(queue.text)
            $0.append(clock?.now())
            $0.append(Int64(Self.releaseBatch))
        }
    }
}
