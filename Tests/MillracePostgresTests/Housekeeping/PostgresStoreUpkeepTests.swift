import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct PostgresStoreUpkeepTests {
    private static let day = Duration.seconds(86_400)

    @Test func `partitions are made ahead for every length of retention, once`() async throws {
        var retention = RetentionPolicy()
        retention.succeeded = Self.day * 30
        retention.expired = nil
        try await withUpkeep(at: "2031-05-31T23:00:00Z", retention) { upkeep, clock, database in
            let report = try await upkeep.keepUp()
            // Four months for what succeeds, four for what is kept for a year; four days of ids, identities, replies;
            // three months of the audit.
            #expect(report.made == 23)
            for name in ["2031_06", "2031_09", "2032_05", "2032_08"] {
                let found = try await database.sql("SELECT to_regclass('archived_jobs_\(name)') IS NOT NULL")
                #expect(found == [["t"]], "\(name)")
            }
            #expect(try await upkeep.keepUp().made == 0)
            clock.advance(by: .seconds(3600))
            #expect(try await upkeep.keepUp().made > 0)
        }
    }

    @Test func `makers at the same time make each partition once`() async throws {
        try await withUpkeep(at: "2032-01-01T00:00:00Z") { upkeep, _, _ in
            let made = try await withThrowingTaskGroup { group in
                for _ in 0..<6 { group.addTask { try await upkeep.keepUp().made } }
                return try await group.reduce(0, +)
            }
            #expect(made == 19)
        }
    }

    @Test func `months that are past are dropped whole, by the retention of each state and queue`() async throws {
        var retention = RetentionPolicy(exceptions: [.init(queue: QueueName(stored: "audit"), keepFor: nil)])
        retention.succeeded = Self.day * 30
        try await withUpkeep(at: "2033-01-10T00:00:00Z", retention) { upkeep, clock, database in
            _ = try await upkeep.keepUp()
            let archive = PostgresJobArchive(client: database.client)
            var jobs = [
                JobArchiveContract.finished(1, state: .succeeded), JobArchiveContract.finished(2, state: .dead),
                JobArchiveContract.finished(3, state: .succeeded) { $0.submission.queue = QueueName(stored: "audit") },
            ]
            for index in jobs.indices {
                jobs[index].job.finishedAt = clock.now()
                jobs[index].expiresAt = retention.expiry(of: jobs[index].job)
            }
            try await archive.put(jobs)
            #expect(
                try await database.archivePlaces() == [
                    "archived_jobs_2033_02", "archived_jobs_2034_01", "archived_jobs_for_ever",
                ])
            let times = [("2033-02-28T23:59:59Z", 3), ("2033-03-01T00:00:00Z", 2), ("2034-02-01T00:00:00Z", 1)]
            for (time, left) in times {
                clock.set(try #require(Timestamp(time)))
                let dropped = try await upkeep.keepUp().dropped
                #expect(left == 3 || dropped > 0)
                #expect(try await database.archivePlaces().count == left, "\(time)")
            }
        }
    }

    @Test func `what had no month gets one, and what is past its time goes singly`() async throws {
        try await withUpkeep(at: "2033-01-10T00:00:00Z") { upkeep, clock, database in
            let archive = PostgresJobArchive(client: database.client)
            var jobs = (1...3).map { JobArchiveContract.finished($0) }
            jobs[0].expiresAt = Timestamp("2032-12-31T23:59:59Z")
            jobs[1].expiresAt = Timestamp("2033-01-10T00:00:01Z")
            jobs[2].expiresAt = Timestamp("2041-07-01T00:00:00Z")
            try await archive.put(jobs)
            #expect(try await database.archivePlaces() == Array(repeating: "archived_jobs_rest", count: 3))
            _ = try await upkeep.keepUp()
            #expect(try await database.archivePlaces() == ["archived_jobs_2033_01", "archived_jobs_2041_07"])
            for archived in jobs.dropFirst() {
                #expect(try await archive.find(archived.job.id, owner: nil) == archived)
            }
        }
    }

    @Test func `a month of which too much waits is left where it is`() async throws {
        try await withUpkeep(at: "2032-12-10T00:00:00Z") { upkeep, _, database in
            try await database.sql(
                """
                INSERT INTO archived_jobs (
                    id, generation, kept_until, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags,
                    metadata, state, attempt, lost_leases, created_at, finished_at)
                SELECT gen_random_uuid(), 0, '2041-01-01', gen_random_uuid(), 'noop', '{}', 'default', now(), 0, 25,
                    '{}', '{}', 'dead', 1, 0, now(), now()
                FROM generate_series(1, 50001)
                """)
            let made = try await upkeep.keepUp().made
            #expect(made > 0)
            #expect(try await database.sql("SELECT to_regclass('archived_jobs_2041_01')") == [[nil]])
            #expect(try await database.sql("SELECT count(*) FROM archived_jobs_rest") == [["50001"]])
        }
    }

    @Test func `ids from outside stay known for as many days as they should`() async throws {
        try await withUpkeep(at: "2033-01-10T23:59:59Z") { upkeep, clock, database in
            _ = try await upkeep.keepUp()
            let users = PostgresUserRepository(client: database.client, clock: clock)
            let jobs = PostgresJobRepository(client: database.client, clock: clock)
            let finished = PostgresFinishedJobs(client: database.client, clock: clock)
            let owner = UserID(SequentialIDs.id(1, series: 9))
            _ = try await users.create(id: owner, profile: .sample())
            var submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
            submission.id = JobID(SequentialIDs.id(2, series: 9))
            let new = try NewJob(id: #require(submission.id), ownerID: owner, submission: submission)
            _ = try await jobs.submit([new], isAtomic: false)
            let ended = try await jobs.cancel(new.id, owner: nil).job
            _ = try await finished.remove([EndedVersion(ended)])
            let days = try await database.sql("SELECT tableoid::regclass::text FROM archived_job_ids")
            #expect(days == [["archived_job_ids_2033_01_10"]])
            clock.set(try #require(Timestamp("2033-01-17T23:59:59Z")))
            _ = try await upkeep.keepUp()
            #expect(try await jobs.submit([new], isAtomic: false) == [.archived])
            clock.set(try #require(Timestamp("2033-01-18T00:00:00Z")))
            #expect(try await upkeep.keepUp().dropped > 0)
            guard case .accepted = try await jobs.submit([new], isAtomic: false).first else {
                throw NeverHappened(what: "the id is forgotten")
            }
        }
    }

    @Test func `entries of the audit go with their month, when that is past its time`() async throws {
        try await withUpkeep(at: "2034-01-31T12:00:00Z") { upkeep, clock, database in
            _ = try await upkeep.keepUp()
            let users = PostgresUserRepository(client: database.client, clock: clock)
            _ = try await users.create(id: UserID(SequentialIDs.id(1, series: 9)), profile: .sample())
            let months = "SELECT tableoid::regclass::text FROM audit_entries"
            #expect(try await database.sql(months) == [["audit_entries_2034_01"]])
            clock.set(try #require(Timestamp("2034-02-01T00:00:00Z")) + Self.day * 400 - .microseconds(1))
            _ = try await upkeep.keepUp()
            #expect(try await database.sql(months).count == 1)
            clock.advance(by: .microseconds(1))
            #expect(try await upkeep.keepUp().dropped == 1)
            #expect(try await database.sql(months) == [])
        }
    }

    @Test func `an upkeep that cannot have its lock gives up soon`() async throws {
        try await withUpkeep(at: "2033-01-10T00:00:00Z") { upkeep, _, database in
            // Held for as long as the backend is left alone.
            let holder = Task {
                try await database.sql("BEGIN; LOCK TABLE archived_jobs_rest IN ACCESS SHARE MODE; SELECT pg_sleep(60)")
            }
            let held = """
                FROM pg_locks JOIN pg_database ON pg_database.oid = database AND datname = current_database()
                WHERE relation = 'archived_jobs_rest'::regclass AND granted
                """
            try await eventually("the lock is held") { try await database.sql("SELECT pid \(held)").count == 1 }
            let error = await #expect(throws: DomainError.self) { try await upkeep.keepUp() }
            #expect(error == .unavailable)
            try await database.sql("SELECT pg_terminate_backend(pid) \(held)")
            await #expect(throws: PostgresError.self) { try await holder.value }
            #expect(try await upkeep.keepUp().made > 0)
        }
    }

    private func withUpkeep(
        at time: String, _ retention: RetentionPolicy = RetentionPolicy(),
        _ body: (PostgresStoreUpkeep, ManualClock, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let clock = ManualClock(try #require(Timestamp(time)))
            let upkeep = PostgresStoreUpkeep(
                client: database.client, retention: retention, identities: Self.day * 7, clock: clock)
            try await body(upkeep, clock, database)
        }
    }
}
