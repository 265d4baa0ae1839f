import MillraceDomain

@testable import MillracePostgres

/// Statements of the tests themselves.
enum TestStatements {
    static let one = Statement<Int32>(name: "test_one", sql: "SELECT 1", access: .read) { try $0.value() }
    static let echo = Statement<Int64>(
        name: "test_echo", sql: "SELECT $1", parameters: [.int8], access: .read
    ) { try $0.value() }
    static let backend = Statement<Int32>(
        name: "test_backend", sql: "SELECT pg_backend_pid()", access: .read
    ) { try $0.value() }
    static let divide = Statement<Int64>(
        name: "test_divide", sql: "SELECT 100 / $1", parameters: [.int8], access: .read
    ) { try $0.value() }
    static let sleep = Statement<Never>(name: "test_sleep", sql: "SELECT pg_sleep($1)::text", parameters: [.float8])
    static let broken = Statement<Never>(name: "test_broken", sql: "SELECT no_such_column")
    static let insert = Statement<Never>(
        name: "test_insert", sql: "INSERT INTO numbers (n) VALUES ($1)", parameters: [.int8])
    static let count = Statement<Int64>(
        name: "test_count", sql: "SELECT count(*) FROM numbers", access: .read
    ) { try $0.value() }
    static let waitingForStandby = Statement<Int64>(
        name: "test_waiting_for_standby", sql: "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
        access: .read
    ) { try $0.value() }
    static let waitingForUs = Statement<Int64>(
        name: "test_waiting_for_us",
        sql: "SELECT count(*) FROM pg_locks WHERE transactionid = pg_current_xact_id()::xid AND NOT granted"
    ) { try $0.value() }
    static let terminateSelf = Statement<Never>(
        name: "test_terminate", sql: "SELECT pg_terminate_backend(pg_backend_pid())::text")
}

extension TestDatabase {
    /// Makes the table that the tests above write to.
    func makeNumbers() async throws {
        try await sql("CREATE TABLE numbers (n int8 NOT NULL CONSTRAINT numbers_n_key UNIQUE CHECK (n <> 13))")
    }
}
