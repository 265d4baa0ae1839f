import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// Erasures among others who change the same jobs.
@Suite struct ErasureLockTests {
    private static let touch = Statement<Never>(
        name: "test_touch_job", sql: "UPDATE jobs SET progress_percent = 1 WHERE id = $1", parameters: [.uuid])
    private static let run = Statement<Never>(
        name: "test_run_job",
        sql: """
            UPDATE jobs
            SET state = 'running', attempt = 1, lease_token = gen_random_uuid(), consumer = 'other', started_at = now(),
                due_at = now() + interval '1 minute'
            WHERE id = $1
            """, parameters: [.uuid])

    @Test func `a job that somebody holds is waited for, so that none is forgotten`() async throws {
        try await withErasure { erasures, owner, job, database in
            let result = try await removing(erasures, owner, whileHeldBy: Self.touch, job, database)
            #expect(result == (1, 0))
            #expect(try await database.sql("SELECT count(*) FROM jobs") == [["0"]])
        }
    }

    @Test func `a job that was claimed at that moment is left, and asked to stop by the next call`() async throws {
        try await withErasure { erasures, owner, job, database in
            let result = try await removing(erasures, owner, whileHeldBy: Self.run, job, database)
            #expect(result == (0, 1))
            #expect(try await erasures.removeJobs(of: owner, limit: 10) == (0, 1))
            let asked = try await database.sql("SELECT count(*) FROM jobs WHERE cancel_requested_at IS NOT NULL")
            #expect(asked == [["1"]])
        }
    }

    @Test func `many who remove at once remove each job once`() async throws {
        try await TestDatabase.with(pool: .patient(min: 4, max: 8)) { database in
            let client = database.client
            let owner = try await CountedLoad(client: client).makeOwner()
            try await database.sql(
                "\(QueueCountTests.insert(200)); UPDATE jobs SET owner_id = '\(owner)'")
            let erasures = PostgresErasureRepository(client: client)
            _ = try await erasures.begin(ErasureID(UUIDv7Generator().next()), user: owner)
            let removed = try await withThrowingTaskGroup { group in
                for _ in 0..<6 {
                    group.addTask {
                        var removed = 0
                        while case let piece = try await erasures.removeJobs(of: owner, limit: 7), piece.left > 0 {
                            removed += piece.removed
                        }
                        return removed
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect((1...200).contains(removed))
            #expect(try await database.sql("SELECT count(*) FROM jobs") == [["0"]])
        }
    }

    /// What a removal answers that begins while another transaction has changed the job and not yet committed.
    private func removing(
        _ erasures: PostgresErasureRepository, _ owner: UserID, whileHeldBy change: Statement<Never>, _ job: JobID,
        _ database: TestDatabase
    ) async throws -> (removed: Int, left: Int) {
        try await withThrowingTaskGroup(of: (removed: Int, left: Int).self) { group in
            try await database.client.transaction { transaction in
                try await transaction.execute(change) { $0.append(job) }
                group.addTask { try await erasures.removeJobs(of: owner, limit: 10) }
                try await eventually("the removal waits") {
                    // Not by the client: its statements may queue up behind the one that waits.
                    try await database.sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND datname = current_database()") == [["1"]]
                }
            }
            return try #require(try await group.next())
        }
    }

    private func withErasure(
        _ body: (PostgresErasureRepository, UserID, JobID, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let client = database.client
            let owner = try await CountedLoad(client: client).makeOwner()
            let job = NewJob(
                id: UUIDv7Generator().next(), ownerID: owner,
                submission: JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25))
            _ = try await PostgresJobRepository(client: client).submit([job], isAtomic: false)
            let erasures = PostgresErasureRepository(client: client)
            _ = try await erasures.begin(ErasureID(UUIDv7Generator().next()), user: owner)
            try await body(erasures, owner, job.id, database)
        }
    }
}
