import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct PostgresFinishedJobsTests {
    @Test func `a step ends when payloads and results are some megabytes, after one job at least`() async throws {
        try await withJobs { jobs, finished, owner, database in
            let result = JSONText.large(bytes: 64 * 1024)
            for number in 0..<20 as Range<UInt64> {
                try await end(number, of: owner, jobs, payload: .large(bytes: 256 * 1024))
            }
            try await database.sql("UPDATE jobs SET result = '\(result.text)'")
            var seen = 0
            var sizes: [Int] = []
            var after: EndedPosition?
            while seen < 20 {
                let step = try await finished.ended(.others, age: .zero, after: after, limit: 100)
                sizes.append(step.count)
                seen += step.count
                let last = try #require(step.last?.job)
                after = try EndedPosition(finishedAt: #require(last.finishedAt), id: last.id)
            }
            #expect(sizes == [12, 8])
            try await database.sql("UPDATE jobs SET result = '\"' || repeat('x', 5000000) || '\"'")
            #expect(try await finished.ended(.others, age: .zero, after: nil, limit: 100).count == 1)
        }
    }

    @Test func `the ended are found and removed by index`() async throws {
        try await withJobs { _, _, owner, database in
            try await database.sql(
                """
                INSERT INTO jobs (
                    id, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags, metadata, state,
                    created_at, finished_at)
                SELECT gen_random_uuid(), '\(owner)', 'noop', '{}', 'default', now(), 0, 25, '{}', '{}',
                    CASE WHEN n % 100 = 0 THEN 'dead' ELSE 'succeeded' END, now(), now() - n * interval '1 second'
                FROM generate_series(1, 50000) AS n
                """)
            try await database.sql(
                """
                INSERT INTO job_attempts (job_id, generation, attempt, started_at, finished_at, outcome, consumer)
                SELECT id, 0, 1, created_at, finished_at, 'succeeded', 'consumer' FROM jobs
                """)
            try await database.sql("ANALYZE jobs")
            try await database.sql("ANALYZE job_attempts")
            let place = [
                "NULL", "3600000000", "'-infinity'", "'00000000-0000-0000-0000-000000000000'", "500", "4000000",
            ]
            for isGeneric in [false, true] {
                let others = try await database.plan(
                    of: FinishedJobStatements.endedOthers.text, place, isGeneric: isGeneric)
                #expect(others.contains("jobs_ended_idx") && !others.contains("Seq Scan"), "\(others)")
                let dead = try await database.plan(
                    of: FinishedJobStatements.endedDead.text, place, isGeneric: isGeneric)
                #expect(dead.contains("jobs_dead_idx") && !dead.contains("Seq Scan"), "\(dead)")
            }
            let remove = try await database.plan(
                of: FinishedJobStatements.remove.text, ["'{\(owner)}'", "'{\(owner)}'", "'{0}'", "NULL"],
                isGeneric: true)
            #expect(!remove.contains("Seq Scan on jobs") && !remove.contains("Seq Scan on job_attempts"), "\(remove)")
        }
    }

    @Test func `an id that is submitted while its job leaves is known`() async throws {
        try await withJobs { jobs, _, owner, database in
            let ended = try await end(1, of: owner, jobs)
            var submission = ended.submission
            submission.runAt = nil
            let again = NewJob(id: ended.id, ownerID: owner, submission: submission)
            let outcome = try await database.client.transaction { transaction in
                _ = try await transaction.rows(FinishedJobStatements.remove) {
                    $0.append(array: [ended.id])
                    $0.append(array: [owner])
                    $0.append(array: [Int32(0)])
                    $0.append(Timestamp?.none)
                }
                let submitting = Task { try await jobs.submit([again], isAtomic: false) }
                try await eventually("the submission waits for the removal") {
                    try await transaction.first(TestStatements.waitingForUs) ?? 0 > 0
                }
                return submitting
            }
            #expect(try await outcome.value == [.archived])
            #expect(try await jobs.find(ended.id, owner: nil) == nil)
        }
    }

    @Test func `a job without an id from outside leaves none behind`() async throws {
        try await withJobs { jobs, finished, owner, database in
            let (own, other) = (try await end(1, of: owner, jobs), try await end(2, of: owner, jobs, hasOwnID: false))
            #expect(try await finished.remove([EndedVersion(own), EndedVersion(other)]) == [])
            #expect(try await database.sql("SELECT id FROM archived_job_ids") == [[own.id.description]])
            #expect(try await database.sql("SELECT count(*) FROM job_attempts") == [["0"]])
        }
    }

    /// A job that was cancelled.
    @discardableResult
    private func end(
        _ number: UInt64, of owner: UserID, _ jobs: PostgresJobRepository, payload: JSONText = .emptyObject,
        hasOwnID: Bool = true
    ) async throws -> Job {
        let id = JobID(SequentialIDs.id(number, series: 8))
        var submission = JobSubmission(kind: JobKind(stored: "noop"), payload: payload, maxAttempts: 25)
        if hasOwnID { submission.id = id }
        _ = try await jobs.submit([NewJob(id: id, ownerID: owner, submission: submission)], isAtomic: false)
        return try await jobs.cancel(id, owner: nil).job
    }

    private func withJobs(
        _ body: (PostgresJobRepository, PostgresFinishedJobs, UserID, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let owner = UserID(SequentialIDs.id(1, series: 9))
            _ = try await PostgresUserRepository(client: database.client).create(id: owner, profile: .sample())
            try await body(
                PostgresJobRepository(client: database.client), PostgresFinishedJobs(client: database.client), owner,
                database)
        }
    }
}
