/// Where statements run: the client (each on its own) or an open transaction.
protocol StatementRunner: Sendable {
    /// Runs one statement and returns the server's answer.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError` when the calling task is cancelled; then the statement
    ///   may still have had its effect.
    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult
}

extension StatementRunner {
    /// Runs a statement and decodes all its rows.
    func rows<Row>(
        _ statement: Statement<Row>, _ bind: (inout Parameters) -> Void = { _ in }
    ) async throws -> [Row] {
        var parameters = Parameters()
        bind(&parameters)
        return try await run(statement.text, parameters).rows(statement.decode)
    }

    /// Runs a statement and decodes its first row, nil when there is none.
    func first<Row>(
        _ statement: Statement<Row>, _ bind: (inout Parameters) -> Void = { _ in }
    ) async throws -> Row? {
        var parameters = Parameters()
        bind(&parameters)
        let result = try await run(statement.text, parameters)
        guard result.rowCount > 0 else { return nil }
        var reader = RowReader(result: result, row: 0)
        return try statement.decode(&reader)
    }

    /// Runs a statement and returns how many rows it touched.
    @discardableResult
    func execute(
        _ statement: Statement<Never>, _ bind: (inout Parameters) -> Void = { _ in }
    ) async throws -> Int {
        var parameters = Parameters()
        bind(&parameters)
        return try await run(statement.text, parameters).affectedRows
    }
}
