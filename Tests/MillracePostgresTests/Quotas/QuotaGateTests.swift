import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// What the gate remembers, and what it costs.
struct QuotaGateTests {
    private let moment = StandingClock()

    private func gate(_ quota: Quota) -> QuotaGate {
        let moment = moment
        return QuotaGate(defaults: quota, now: { moment.now })
    }

    private func withOwner(
        _ body: (TestDatabase, UserID) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let id: UserID = SequentialIDs(series: 5).next()
            _ = try await PostgresUserRepository(client: database.client).create(id: id, profile: .sample())
            try await body(database, id)
        }
    }

    private func jobs(_ count: Int, of owner: UserID) -> [NewJob] {
        let ids = UUIDv7Generator()
        return (0..<count).map { _ in
            NewJob(
                id: ids.next(), ownerID: owner,
                submission: JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25))
        }
    }

    private func accepted(_ outcomes: [SubmitOutcome]) -> Int {
        outcomes.count { if case .accepted = $0 { true } else { false } }
    }

    @Test func `a default holds for whoever has no limits of its own`() async throws {
        try await withOwner { database, owner async throws in
            let store = PostgresJobRepository(client: database.client, quotas: gate(Quota(liveJobs: 10)))
            #expect(accepted(try await store.submit(jobs(25, of: owner), isAtomic: false)) == 10)
            let quotas = PostgresQuotaRepository(client: database.client)
            _ = try await quotas.set(Quota(liveJobs: 15), of: owner)
            #expect(accepted(try await store.submit(jobs(25, of: owner), isAtomic: false)) == 5)
            #expect(try await quotas.standing(of: owner).usage == OwnerUsage(liveJobs: 15, payloadBytes: 30))
        }
    }

    @Test func `far from the limit the counters are read once a second, near it before every batch`() async throws {
        try await withOwner { database, owner async throws in
            let gate = gate(Quota(liveJobs: 8000))
            let runner = CountingRunner(client: database.client)
            for _ in 0..<10 { #expect(try await gate.judge(jobs(100, of: owner), on: runner) == [:]) }
            #expect(runner.count == 1)
            // An eighth of the room has been given away by now.
            #expect(try await gate.judge(jobs(1, of: owner), on: runner) == [:])
            #expect(runner.count == 2)
            moment.advance(by: .seconds(1))
            #expect(try await gate.judge(jobs(1, of: owner), on: runner) == [:])
            #expect(runner.count == 3)
        }
    }

    @Test func `without any quota the only question is whether there is one, once a second`() async throws {
        try await withOwner { database, owner async throws in
            let gate = gate(Quota())
            let runner = CountingRunner(client: database.client)
            for _ in 0..<5 { #expect(try await gate.judge(jobs(100, of: owner), on: runner) == [:]) }
            #expect(runner.count == 1)
            _ = try await PostgresQuotaRepository(client: database.client).set(Quota(liveJobs: 0), of: owner)
            #expect(try await gate.judge(jobs(1, of: owner), on: runner) == [:])
            moment.advance(by: .seconds(1))
            #expect(try await gate.judge(jobs(1, of: owner), on: runner).count == 1)
        }
    }

    @Test func `processes that write at once stay within the quota by a batch each`() async throws {
        try await withOwner { database, owner async throws in
            let stores = (0..<4).map { _ in
                PostgresJobRepository(client: database.client, quotas: gate(Quota(liveJobs: 200)))
            }
            try await withThrowingTaskGroup { group in
                for store in stores {
                    group.addTask {
                        for _ in 0..<20 { _ = try await store.submit(jobs(10, of: owner), isAtomic: false) }
                    }
                }
                try await group.waitForAll()
            }
            let usage = try await PostgresQuotaRepository(client: database.client).standing(of: owner).usage
            #expect((200...230).contains(usage.liveJobs), "\(usage.liveJobs)")
        }
    }

    @Test func `jobs that are there before the counters are counted when these are made`() async throws {
        try await MigratorTests.withEmpty { settings async throws in
            let all = try MigrationFolder.read()
            _ = try await Migrator(settings: settings, migrations: all.filter { $0.name < "0019" }).migrate()
            try await TestServer.run(
                QueueCountTests.insert(6) + "; UPDATE jobs SET owner_id = '00000000-0000-0000-0000-000000000001'; "
                    + "UPDATE jobs SET state = 'cancelled', due_at = NULL, finished_at = now() "
                    + "WHERE id = (SELECT min(id::text)::uuid FROM jobs)",
                settings: settings)
            _ = try await Migrator(settings: settings, migrations: all).migrate()
            let usage = try await TestServer.run("SELECT jobs, payload_bytes FROM owner_usage", settings: settings)
            #expect(usage == [["5", "10"]])
        }
    }

    @Test func `counters of owners are folded to what the jobs say, and mended`() async throws {
        try await TestDatabase.with { database in
            let counters = PostgresQueueCounters(client: database.client)
            try await database.sql(QueueCountTests.insert(5))
            try await database.sql("UPDATE jobs SET payload = '[1,2,3]' WHERE id IN (SELECT id FROM jobs LIMIT 2)")
            #expect(try await counters.reconcile() == 2)
            try await database.sql("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE payload = '{}' LIMIT 1)")
            #expect(try await counters.reconcile() == 0)
            _ = try await counters.fold()
            #expect(try await database.sql("SELECT count(*) FROM owner_usage_changes") == [["0"]])
            #expect(try await database.sql("SELECT sum(jobs), sum(payload_bytes) FROM owner_usage") == [["4", "18"]])
            try await database.sql("UPDATE owner_usage SET jobs = jobs + 1, payload_bytes = 0")
            #expect(try await counters.reconcile() == 4)
            _ = try await counters.fold()
            #expect(try await database.sql("SELECT sum(jobs), sum(payload_bytes) FROM owner_usage") == [["4", "18"]])
            try await database.sql("TRUNCATE jobs")
            _ = try await counters.fold()
            #expect(try await database.sql("SELECT count(*) FROM owner_usage") == [["0"]])
        }
    }
}

/// Counts the statements.
private final class CountingRunner: StatementRunner {
    private let client: PostgresClient
    private let statements = Recorder<String>()

    init(client: PostgresClient) { self.client = client }

    var count: Int { statements.elements.count }

    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult {
        statements.record(text.name.description)
        return try await client.run(text, parameters)
    }
}
