public import MillraceDomain

/// Ended jobs in Postgres, for the archiver.
public struct PostgresFinishedJobs: FinishedJobs {
    /// How many bytes of payloads and results come at once.
    private static let maxBytes = 4 * 1024 * 1024

    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob] {
        guard limit > 0 else { return [] }
        return try await client.inDomain(.read) {
            let statement =
                switch group {
                case .dead: FinishedJobStatements.endedDead
                case .others: FinishedJobStatements.endedOthers
                }
            return try await client.rows(statement) {
                $0.append(clock?.now())
                $0.append(age.microseconds)
                $0.append(after?.finishedAt ?? Timestamp(microseconds: .min))
                $0.append(after?.id ?? JobID(UniqueID(high: 0, low: 0)))
                $0.append(Int64(limit))
                $0.append(Int64(Self.maxBytes))
            }
        }
    }

    public func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] {
        guard !jobs.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            try await client.rows(FinishedJobStatements.remove) {
                $0.append(array: jobs.map(\.id))
                $0.append(array: jobs.map(\.ownerID))
                $0.append(array: jobs.map { Int32(clamping: $0.generation) })
                $0.append(clock?.now())
            }
        }
    }

    public func backlog(_ times: HotTimes) async throws(DomainError) -> ArchiveBacklog {
        try await client.inDomain(.read) {
            let late = try await client.first(FinishedJobStatements.backlog) {
                $0.append(clock?.now())
                $0.append(times.dead.microseconds)
                $0.append(times.others.microseconds)
            }
            return ArchiveBacklog(jobs: Int(late?.jobs ?? 0), oldest: late?.waiting.map { .microseconds($0) })
        }
    }
}
