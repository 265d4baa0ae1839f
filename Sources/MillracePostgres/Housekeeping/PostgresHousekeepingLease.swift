public import MillraceDomain

/// The housekeeping lease as a row in Postgres.
public struct PostgresHousekeepingLease: HousekeepingLease {
    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func hold(as holder: String, for duration: Duration) async throws(DomainError) -> Bool {
        try await client.inDomain(.write) {
            try await client.first(HousekeepingStatements.hold) {
                $0.append(holder)
                $0.append(duration.microseconds)
                $0.append(clock?.now())
            } ?? false
        }
    }

    public func release(as holder: String) async throws(DomainError) {
        _ = try await client.inDomain(.write) {
            try await client.execute(HousekeepingStatements.release) { $0.append(holder) }
        }
    }
}
