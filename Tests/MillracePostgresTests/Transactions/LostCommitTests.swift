import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillracePostgres

/// The answer to a COMMIT never comes: what became of it is read from the job, never guessed.
@Suite struct LostCommitTests {
    /// Commits a transaction whose COMMIT takes `seconds`, by a client that waits for one second. The server has no
    /// limit of its own for what a COMMIT still does.
    private func commit(
        lasting seconds: Double, meanwhile: @escaping @Sendable (TestRun) async throws -> Void = { _ in },
        _ check: (Result<FinishOutcome?, DomainError>, TestRun) async throws -> Void
    ) async throws {
        try await TestDatabase.withRun { run async throws in
            try await run.database.sql("CREATE TABLE slow (n int)")
            try await run.database.sql(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
                    + "$$ BEGIN PERFORM pg_sleep(\(seconds)); RETURN NULL; END $$")
            try await run.database.sql(
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED "
                    + "FOR EACH ROW EXECUTE FUNCTION slow()")
            var settings = run.database.settings
            settings.statementTimeout = .seconds(1)
            settings.pool = .patient(min: 2, max: 2)
            let impatient = try PostgresClient(settings: settings, logger: TestServer.logger)
            try await eventually("it is connected") { await impatient.snapshot().ready == 2 }
            let transactions = PostgresJobTransactions(
                client: impatient, store: run.database.client, clock: run.store.clock)
            let transaction = transactions.begin()
            _ = try await transaction.upsert([(run.ids.next(), .sample("new@example.org"))])
            // Or the server would see that nobody waits for the answer.
            try await transaction.sql.execute("SET LOCAL client_connection_check_interval = 0")
            try await transaction.sql.execute("INSERT INTO slow VALUES (1)")
            async let fate: Void = meanwhile(run)
            let outcome: Result<FinishOutcome?, DomainError>
            do throws(DomainError) {
                outcome = .success(try await transaction.commit(run.success, of: run.claimed))
            } catch {
                outcome = .failure(error)
            }
            try await fate
            try await check(outcome, run)
            await impatient.close()
        }
    }

    private static let inCommit = "FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT'"

    @Test func `it is found to have succeeded when the server committed after all`() async throws {
        try await commit(lasting: 1.5) { outcome, run async throws in
            #expect(outcome == .success(.recorded(.succeeded)))
            #expect(try await run.state() == .succeeded)
            #expect(try await run.hasUser("new@example.org"))
        }
    }

    @Test func `it is found not to have happened when the session was ended in it`() async throws {
        try await commit(
            lasting: 30,
            meanwhile: { run in
                try await eventually("it commits") { try await !run.database.sql("SELECT 1 \(Self.inCommit)").isEmpty }
                try await run.database.sql("SELECT pg_terminate_backend(pid)::text \(Self.inCommit)")
            }
        ) { outcome, run async throws in
            #expect(outcome == .failure(.unavailable))
            #expect(try await run.state() == .running)
            #expect(try await !run.hasUser("new@example.org"))
        }
    }

    @Test func `whoever is stopped before it is known does not know`() async throws {
        try await TestDatabase.withRun { run async throws in
            let stopped = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                let transaction = PostgresJobTransaction(
                    client: run.database.client, store: run.database.client, clock: nil)
                await #expect(throws: DomainError.ambiguous) { try await transaction.readBack(run.claimed) }
            }
            await stopped.value
        }
    }
}
