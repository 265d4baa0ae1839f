/// Sends one signed request and brings its answer.
protocol DynamoDBTransport: Sendable {
    /// - Throws: Anything when no whole answer came; the caller tries again.
    func post(headers: [(name: String, value: String)], body: [UInt8]) async throws -> DynamoDBResponse
    /// Closes what is open; no request may follow.
    func shutdown() async throws
}
