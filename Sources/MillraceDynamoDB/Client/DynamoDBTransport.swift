/// Sends one signed request and brings its answer.
protocol DynamoDBTransport: Sendable {
    /// - Throws: ``DynamoDBError`` of kind `poolExhausted` or `closed`; anything else when no whole answer came, and
    ///   the caller tries again.
    func post(headers: [(name: String, value: String)], body: [UInt8]) async throws -> DynamoDBResponse
    /// Changes the pool's limits.
    func resize(_ pool: DynamoDBPoolSettings)
    /// Uses as many connections at once as the pool keeps at least, so that they are open and not idle for long.
    ///
    /// - Returns: how long they stay open now.
    func warm() async -> Duration
    /// The pool at this moment.
    func snapshot() -> DynamoDBPoolSnapshot
    /// Closes what is open when the requests in flight have ended; no request may follow.
    func shutdown() async throws
}
