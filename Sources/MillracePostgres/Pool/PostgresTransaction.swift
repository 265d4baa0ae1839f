/// An open transaction: statements run in order on its connection. Of no use after its body has returned.
struct PostgresTransaction: StatementRunner {
    let client: PostgresClient
    let lease: LeaseID

    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult {
        try await client.run(
            Request(text, parameters, timeout: client.settings.statementTimeout, lease: lease, loss: .rolledBack))
    }
}
