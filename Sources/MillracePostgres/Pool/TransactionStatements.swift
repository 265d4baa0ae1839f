/// The statements that open and end a transaction.
enum TransactionStatements {
    static let all = [begin, commit, rollback, ping]

    static let begin = StatementText(name: "transaction_begin", sql: "BEGIN ISOLATION LEVEL READ COMMITTED")
    static let commit = StatementText(name: "transaction_commit", sql: "COMMIT")
    static let rollback = StatementText(name: "transaction_rollback", sql: "ROLLBACK")
    static let ping = StatementText(name: "ping", sql: "SELECT 1", access: .read)
}
