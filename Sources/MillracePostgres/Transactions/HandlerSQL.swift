public import MillraceDomain

/// SQL in a handler's transaction.
///
/// A statement that fails undoes the transaction: the job cannot succeed in it any more. Each has the time limit of
/// `postgres.statementTimeoutMs`, and between two of them no more than a few leases may pass. Statements that begin or
/// end transactions are refused. The tables of Millrace itself are nobody's to write.
public struct HandlerSQL: Sendable {
    fileprivate let transaction: PostgresJobTransaction

    /// Runs a statement.
    ///
    /// - Parameter values: for `$1`… in order.
    /// - Returns: how many rows it touched.
    /// - Throws: ``PostgresError``; `CancellationError` when the task is cancelled.
    @discardableResult
    public func execute(_ sql: StaticString, _ values: SQLValue...) async throws -> Int {
        try await run(sql, values).affectedRows
    }

    /// Runs a statement and reads its rows, column by column. Types besides those of ``SQLValue`` are read with a cast.
    ///
    /// - Throws: ``PostgresError``; `CancellationError` when the task is cancelled.
    public func rows(_ sql: StaticString, _ values: SQLValue...) async throws -> [[SQLValue]] {
        try await run(sql, values).rows { row in
            var columns: [SQLValue] = []
            while row.hasNext { columns.append(try SQLValue(&row)) }
            return columns
        }
    }

    private func run(_ sql: StaticString, _ values: [SQLValue]) async throws -> QueryResult {
        let sql = SQL(stringLiteral: sql)
        guard !Self.controlsTransactions(sql.text) else {
            throw PostgresError(.configuration, "A handler does not begin or end its transaction.")
        }
        var parameters = Parameters()
        for value in values { value.bind(to: &parameters) }
        let text = StatementText(name: "", sql: sql, parameters: values.map(\.type), isPlannedAnew: true)
        return try await transaction.run(text, parameters)
    }

    static func controlsTransactions(_ sql: String) -> Bool {
        let words = sql.split(whereSeparator: { $0.isWhitespace || $0 == ";" }).prefix(3).map { $0.lowercased() }
        switch words.first {
        case "begin", "start", "commit", "end", "abort": return true
        case "rollback": return !words.contains("to")
        case "prepare": return words.dropFirst().first == "transaction"
        default: return false
        }
    }
}

extension HandlerTransaction {
    /// The transaction, for a handler's own SQL.
    ///
    /// - Throws: ``PostgresError`` of kind `configuration` when the consumer's store is another one.
    public var sql: HandlerSQL {
        get throws {
            guard let transaction = self as? PostgresJobTransaction else {
                throw PostgresError(.configuration, "The transaction is none of Postgres.")
            }
            return HandlerSQL(transaction: transaction)
        }
    }
}
