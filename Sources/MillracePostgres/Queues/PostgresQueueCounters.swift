public import MillraceDomain

/// The counters that triggers keep up: sums, and the changes since they were summed up.
public struct PostgresQueueCounters: QueueCounters {
    /// So many changes of each sort are folded by one call, so that none takes long.
    static let foldBatch = 50_000

    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func census() async throws(DomainError) -> QueueCensus {
        try await client.inDomain(.read) {
            let depths = try await client.rows(QueueCountStatements.census) { $0.append(clock?.now()) }
            // There is a row even when there is no queue: the moment.
            guard let at = depths.first?.at else { throw DomainError.failure }
            let queues = Dictionary(grouping: depths.filter { $0.queue != nil }) { $0.queue ?? "" }
            return QueueCensus(
                at: at, queues: queues.sorted { $0.key < $1.key }.map { Self.status(of: $0.key, $0.value) })
        }
    }

    /// At most `foldBatch` changes of queues and of owners each: when so many come back, more may be left.
    @discardableResult
    public func fold() async throws(DomainError) -> Int {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                try await transaction.execute(QueueCountStatements.lockFold)
                let pending = try await transaction.first(QueueCountStatements.pending) {
                    $0.append(Int64(Self.foldBatch))
                }
                guard let pending else { return 0 }
                if pending.queues > 0 {
                    try await transaction.execute(QueueCountStatements.fold) { $0.append(pending.queues) }
                }
                if pending.owners > 0 {
                    try await transaction.execute(OwnerUsageStatements.fold) { $0.append(pending.owners) }
                }
                return Int(pending.queues + pending.owners)
            }
        }
    }

    @discardableResult
    public func reconcile() async throws(DomainError) -> Int {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                try await transaction.execute(QueueCountStatements.lockReconciliation)
                let queues = try await transaction.execute(QueueCountStatements.reconcile)
                return try await queues + transaction.execute(OwnerUsageStatements.reconcile)
            }
        }
    }

    private static func status(of name: String, _ depths: [QueueCountStatements.Depth]) -> QueueStatus {
        var depth: [JobState: Int] = [:]
        for entry in depths {
            guard let jobs = entry.jobs, let state = entry.state.flatMap(JobState.init) else { continue }
            depth[state] = Int(jobs)
        }
        return QueueStatus(
            name: QueueName(stored: name), isPaused: depths.contains(where: \.isPaused), depth: depth,
            oldestQueuedAt: depths.compactMap(\.oldest).first)
    }
}
