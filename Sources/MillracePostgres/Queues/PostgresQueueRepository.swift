public import MillraceDomain

/// Queues in Postgres.
public struct PostgresQueueRepository: QueueRepository {
    /// So many jobs are released by one statement, so that none takes long.
    private static let releaseBatch = 5_000

    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func list() async throws(DomainError) -> [QueueStatus] {
        try await PostgresQueueCounters(client: client, clock: clock).census().queues
    }

    public func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try await client.inDomain(.write) {
            guard !isPaused else {
                try await client.execute(QueueStatements.pause) {
                    $0.append(queue.text)
                    $0.append(clock?.now())
                }
                return
            }
            try await client.execute(QueueStatements.resume) { $0.append(queue.text) }
            // Also when it was not paused: an earlier call may have been interrupted here.
            while try await release(queue) == Self.releaseBatch { try Task.checkCancellation() }
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
