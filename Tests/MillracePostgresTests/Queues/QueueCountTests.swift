import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// The counters against the rows that they count.
@Suite struct QueueCountTests {
    @Test func `many who submit, claim, end, retry and delete at once are counted exactly, folded all the while`()
        async throws
    {
        try await TestDatabase.with(pool: .patient(min: 4, max: 8)) { database in
            let load = CountedLoad(client: database.client)
            let owner = try await load.makeOwner()
            let counters = PostgresQueueCounters(client: database.client)
            try await withThrowingTaskGroup { group in
                for number in 0..<6 { group.addTask { try await load.run(owner, rounds: 12, number: number) } }
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<30 { _ = try await counters.fold() }
                    }
                }
                group.addTask {
                    for _ in 0..<5 {
                        let mended = try await counters.reconcile()
                        #expect(mended == 0)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await wrong(database) == [])
            #expect(try await counters.fold() >= 0)
            #expect(try await wrong(database) == [])
            #expect(try await database.sql("SELECT count(*) FROM queue_count_changes") == [["0"]])
            #expect(try await database.sql("SELECT count(*) FROM queue_counts WHERE jobs <= 0") == [["0"]])
            #expect(try await database.sql("SELECT sum(jobs) FROM queue_counts") != [["0"]])
        }
    }

    @Test func `a transaction that is rolled back leaves no trace`() async throws {
        try await TestDatabase.with { database in
            try await database.sql("BEGIN; \(Self.insert(10)); UPDATE jobs SET queue = 'other'; ROLLBACK")
            #expect(try await database.sql("SELECT count(*) FROM queue_count_changes") == [["0"]])
            try await database.sql("BEGIN; \(Self.insert(3)); SAVEPOINT a; \(Self.insert(5)); ROLLBACK TO a; COMMIT")
            #expect(try await database.sql("SELECT sum(jobs) FROM queue_count_changes") == [["3"]])
            #expect(try await wrong(database) == [])
        }
    }

    @Test func `a connection that dies in the middle of a transaction leaves no trace`() async throws {
        try await TestDatabase.with { database in
            try await database.sql(Self.insert(4))
            await #expect(throws: (any Error).self) {
                try await database.sql(
                    """
                    BEGIN; \(Self.insert(10)); DELETE FROM jobs;
                    SELECT pg_terminate_backend(pg_backend_pid()); COMMIT
                    """)
            }
            #expect(try await wrong(database) == [])
            #expect(try await database.sql("SELECT sum(jobs) FROM queue_count_changes") == [["4"]])
        }
    }

    @Test func `what was disturbed is mended, and told`() async throws {
        try await TestDatabase.with { database in
            let counters = PostgresQueueCounters(client: database.client)
            try await database.sql(Self.insert(7))
            _ = try await counters.fold()
            try await database.sql(
                """
                UPDATE queue_counts SET jobs = jobs + 5;
                INSERT INTO queue_counts VALUES ('running', 'ghost', 'epoch', 3);
                INSERT INTO queue_count_changes VALUES ('default', 'running', 'epoch', -2);
                ALTER TABLE jobs DISABLE TRIGGER USER; \(Self.insert(2, queue: "unseen"));
                ALTER TABLE jobs ENABLE TRIGGER USER
                """)
            #expect(try await wrong(database).count == 4)
            // And the two owners whose jobs nobody has counted.
            #expect(try await counters.reconcile() == 6)
            #expect(try await wrong(database) == [])
            #expect(try await counters.reconcile() == 0)
            let queues = try await counters.census().queues
            #expect(queues.map(\.name.text) == ["default", "unseen"])
            #expect(queues.map(\.depth) == [[.queued: 7], [.queued: 2]])
            _ = try await counters.fold()
            #expect(try await wrong(database) == [])
            #expect(try await database.sql("SELECT count(*) FROM queue_counts") == [["2"]])
        }
    }

    @Test func `folders at the same time fold each change once`() async throws {
        try await TestDatabase.with(pool: .patient(min: 4, max: 8)) { database in
            for _ in 0..<20 { try await database.sql(Self.insert(1)) }
            let counters = PostgresQueueCounters(client: database.client)
            let folded = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await counters.fold() } }
                return try await group.reduce(0, +)
            }
            // One of a queue and one of an owner each.
            #expect(folded == 40)
            #expect(try await wrong(database) == [])
        }
    }

    @Test func `one statement that changes jobs in several ways is counted, as is a TRUNCATE`() async throws {
        try await TestDatabase.with { database in
            try await database.sql(Self.insert(10))
            try await database.sql(
                """
                WITH gone AS (DELETE FROM jobs WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT 2) RETURNING 1),
                    moved AS (
                        UPDATE jobs SET queue = 'other' WHERE id IN (SELECT id FROM jobs ORDER BY id OFFSET 7)
                        RETURNING 1
                    )
                \(Self.insert(5))
                """)
            #expect(try await wrong(database) == [])
            #expect(try await database.sql("SELECT count(*) FROM jobs") == [["13"]])
            _ = try await PostgresQueueCounters(client: database.client).fold()
            try await database.sql("TRUNCATE jobs")
            #expect(try await wrong(database) == [])
        }
    }

    @Test func `renewing a lease writes nothing`() async throws {
        try await TestDatabase.with { database in
            try await database.sql(Self.insert(3))
            let before = try await database.sql("SELECT count(*) FROM queue_count_changes")
            try await database.sql("UPDATE jobs SET due_at = now(), progress_percent = 5")
            #expect(try await database.sql("SELECT count(*) FROM queue_count_changes") == before)
        }
    }

    @Test func `jobs that are there before the counters are counted when these are made`() async throws {
        try await MigratorTests.withEmpty { settings async throws in
            let all = try MigrationFolder.read()
            let before = all.filter { $0.name < "0004" }
            _ = try await Migrator(settings: settings, migrations: before).migrate()
            try await TestServer.run(Self.insert(6), settings: settings)
            _ = try await Migrator(settings: settings, migrations: all).migrate()
            let counts = try await TestServer.run("SELECT state, queue, jobs FROM queue_counts", settings: settings)
            #expect(counts == [["queued", "default", "6"]])
        }
    }

    /// SQL of so many queued jobs, as by somebody who knows nothing of counters.
    static func insert(_ count: Int, queue: String = "default") -> String {
        """
        INSERT INTO jobs (id, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags, metadata, state,
            created_at, due_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'noop', '{}', '\(queue)', now(), 4, 25, '{}', '{}', 'queued',
            timestamptz '2026-01-01 00:00:00.5+00', now()
        FROM generate_series(1, \(count))
        """
    }

    /// The counters that differ from the rows.
    private func wrong(_ database: TestDatabase) async throws -> [[String?]] {
        try await database.sql(
            """
            SELECT queue, state, bucket, sum(jobs)
            FROM (
                SELECT queue, state, bucket, jobs FROM queue_counts
                UNION ALL SELECT queue, state, bucket, jobs FROM queue_count_changes
                UNION ALL SELECT queue, state, CASE
                        WHEN state IN ('succeeded', 'dead', 'cancelled', 'expired')
                        THEN date_trunc('minute', finished_at)
                        WHEN state = 'queued' THEN date_trunc('second', created_at)
                        ELSE 'epoch'
                    END, -1 FROM jobs
            ) AS compared
            GROUP BY 1, 2, 3
            HAVING sum(jobs) <> 0
            """)
    }
}
