import MillraceDomain

/// Forgets dead records that are past their time.
struct DeadRecordRetention: Sendable {
    /// So many are removed by one call at most.
    static let batch = 1_000

    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    /// Removes records that were kept longer ago than `age`, the oldest first.
    ///
    /// - Returns: how many; `batch` when more may be left.
    func callAsFunction(olderThan age: Duration) async throws -> Int {
        try await client.execute(IngestStatements.expireDead) {
            $0.append(clock?.now())
            $0.append(age.microseconds)
            $0.append(Int64(Self.batch))
        }
    }
}
