import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillracePostgres

/// What the contract cannot make happen: connections that break, servers that freeze, locks that are held.
@Suite struct JobTransactionTests {
    /// The sessions of open transactions, ended as a crash or an operator would.
    private static let endOpenTransactions = """
        SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        """

    @Test func `a connection that breaks before the commit leaves nothing, and the job can run again`() async throws {
        try await TestDatabase.withRun { run async throws in
            let transaction = run.transactions.begin()
            _ = try await transaction.upsert([(run.ids.next(), .sample("new@example.org"))])
            try await run.database.sql(Self.endOpenTransactions)
            await #expect(throws: DomainError.unavailable) {
                try await transaction.commit(run.success, of: run.claimed)
            }
            #expect(try await !run.hasUser("new@example.org"))
            let again = run.transactions.begin()
            _ = try await again.upsert([(run.ids.next(), .sample("new@example.org"))])
            #expect(try await again.commit(run.success, of: run.claimed) == .recorded(.succeeded))
            #expect(try await run.hasUser("new@example.org"))
        }
    }

    @Test func `a process that is gone leaves nothing: its pool closes with the transaction open`() async throws {
        try await TestDatabase.withRun { run async throws in
            let other = try PostgresClient(settings: run.database.settings, logger: TestServer.logger)
            let transaction = PostgresJobTransactions(client: other, store: other).begin()
            _ = try await transaction.upsert([(run.ids.next(), .sample("new@example.org"))])
            await other.close()
            await #expect(throws: DomainError.self) { try await transaction.commit(run.success, of: run.claimed) }
            #expect(try await !run.hasUser("new@example.org"))
            #expect(try await run.state() == .running)
        }
    }

    @Test func `a statement that failed and was passed over commits nothing`() async throws {
        try await TestDatabase.withRun { run async throws in
            let transaction = run.transactions.begin()
            try await transaction.sql.execute("CREATE TABLE charges (job uuid PRIMARY KEY)")
            try await transaction.sql.execute("INSERT INTO charges VALUES ($1)", .uuid(run.claimed.job.id.uniqueID))
            _ = try? await transaction.sql.execute(
                "INSERT INTO charges VALUES ($1)", .uuid(run.claimed.job.id.uniqueID))
            await #expect(throws: DomainError.failure) { try await transaction.commit(run.success, of: run.claimed) }
            #expect(try await run.state() == .running)
            #expect(try await run.database.sql("SELECT to_regclass('charges')") == [[nil]])
        }
    }

    @Test func `a handler's own SQL takes values in and gives rows back, and commits with the job`() async throws {
        try await TestDatabase.withRun { run async throws in
            try await run.database.sql(
                "CREATE TABLE facts (b bool, i int, d float8, t text, y bytea, u uuid, at timestamptz, n text)")
            let values: [SQLValue] = [
                .bool(true), .integer(-7), .double(0.5), .text("é😀"), .bytes([0, 255]), .uuid(SequentialIDs.id(1)),
                .timestamp(ManualClock.start), .null,
            ]
            let transaction = run.transactions.begin()
            let count = try await transaction.sql.execute(
                "INSERT INTO facts VALUES ($1, $2::int, $3, $4, $5, $6, $7, $8)", values[0], values[1], values[2],
                values[3], values[4], values[5], values[6], values[7])
            #expect(count == 1)
            let rows = try await transaction.sql.rows("SELECT * FROM facts")
            #expect(rows == [values])
            #expect(try await run.database.sql("SELECT 1 FROM facts") == [])
            #expect(try await transaction.commit(run.success, of: run.claimed) == .recorded(.succeeded))
            #expect(try await run.database.sql("SELECT i FROM facts") == [["-7"]])
        }
    }

    @Test(arguments: ["COMMIT", " rollback;", "BEGIN", "END", "abort", "start transaction", "PREPARE TRANSACTION 'x'"])
    func `a handler does not end its transaction`(_ sql: String) async throws {
        let refused = HandlerSQL.controlsTransactions(sql)
        #expect(refused)
        #expect(!HandlerSQL.controlsTransactions("ROLLBACK TO SAVEPOINT a"))
        #expect(!HandlerSQL.controlsTransactions("UPDATE t SET a = 'commit'"))
    }

    @Test func `closing gives the connection back although a statement of the handler still runs`() async throws {
        try await TestDatabase.withRun(pool: .patient(min: 1, max: 2)) { run async throws in
            let transaction = run.transactions.begin()
            try await transaction.sql.execute("SELECT 1")
            let sleeping = Task { try await transaction.sql.execute("SELECT pg_sleep(30)::text") }
            try await eventually("it sleeps") { await run.database.client.snapshot().inFlight == 1 }
            transaction.close()
            await #expect(throws: (any Error).self) { try await sleeping.value }
            try await eventually("the connection is free") { await run.database.client.snapshot().leased == 0 }
            await #expect(throws: DomainError.unavailable) {
                try await transaction.commit(run.success, of: run.claimed)
            }
        }
    }

    @Test func `as many transactions are open as there are connections; who waits gives up with its task`() async throws
    {
        try await TestDatabase.withRun(pool: .patient(min: 1, max: 2)) { run async throws in
            let first = run.transactions.begin()
            try await first.sql.execute("SELECT 1")
            let second = run.transactions.begin()
            let waiting = Task { try await second.sql.execute("SELECT 1") }
            try await eventually("it waits") { await run.database.client.snapshot().waiting == 1 }
            second.close()
            await #expect(throws: (any Error).self) { try await waiting.value }
            #expect(await run.database.client.snapshot().waiting == 0)
            await first.rollBack()
            #expect(await run.database.client.snapshot().leased == 0)
        }
    }

    @Test func `a job whose row somebody else writes does not hold up the renewal of the others`() async throws {
        try await TestDatabase.withRun { run async throws in
            let other = try await run.store.claim(try await run.store.submit(run.claimed.job.ownerID))
            try await run.database.client.transaction { transaction in
                _ = try await PostgresJobLeases.finish(run.success, in: transaction, run.store.clock)
                let standings = try await run.store.leases.renew(
                    [run.claimed.lease, other.lease], terms: LeaseTerms(consumer: "test"))
                #expect(standings == [.busy, .held])
            }
            let standings = try await run.store.leases.renew(
                [run.claimed.lease, other.lease], terms: LeaseTerms(consumer: "test"))
            #expect(standings == [.lost, .held])
        }
    }

    @Test func `leases are renewed although every other connection is taken`() async throws {
        try await TestDatabase.withRun(pool: PoolSettings(min: 1, max: 1, acquireTimeout: .seconds(2))) {
            run async throws in
            var settings = run.database.settings
            settings.pool = .patient(min: 1, max: 1)
            let renewals = try PostgresClient(settings: settings, logger: TestServer.logger)
            let leases = PostgresJobLeases(client: run.database.client, renewals: renewals, clock: run.store.clock)
            let terms = LeaseTerms(consumer: "test")
            try await run.database.client.transaction { _ in
                let standings = try await leases.renew([run.claimed.lease], terms: terms)
                #expect(standings == [.held])
                await #expect(throws: DomainError.unavailable) {
                    try await run.store.leases.renew([run.claimed.lease], terms: terms)
                }
            }
            await renewals.close()
        }
    }
}
