public import MillraceDomain

/// Transactions of handlers in Postgres, on connections of their own: as many run at a time as there are connections.
public struct PostgresJobTransactions: JobTransactions {
    private let client: PostgresClient
    private let store: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameters:
    ///   - client: gives each transaction a connection.
    ///   - store: by which a job is read back when the answer to a commit was lost; another pool, so that it is free.
    ///   - clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, store: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.store = store
        self.clock = clock
    }

    public func begin() -> any JobTransaction {
        PostgresJobTransaction(client: client, store: store, clock: clock)
    }
}
