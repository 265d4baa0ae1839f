import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct PostgresJobArchiveTests {
    @Test(arguments: JobArchiveContract.clauses + JobArchiveContract.edges)
    func `Postgres keeps the contract of an archive`(_ clause: Clause<any JobArchive>) async throws {
        try await TestDatabase.with { database in
            try await clause.check(PostgresJobArchive(client: database.client))
        }
    }

    @Test func `a job lies in the partition of the month in which it ended`() async throws {
        try await withArchive { archive, clock, database in
            try await archive.maintain()
            var job = JobArchiveContract.finished(1)
            job.finishedAt = Timestamp("2027-01-31T23:59:59.999Z")
            var next = JobArchiveContract.finished(2)
            next.finishedAt = Timestamp("2027-02-01T00:00:00Z")
            try await archive.put([job, next])
            #expect(try await places(database) == ["archived_jobs_2027_01", "archived_jobs_2027_02"])
        }
    }

    @Test func `partitions are made ahead once, and take what was waiting for them`() async throws {
        try await withArchive { archive, clock, database in
            clock.set(try #require(Timestamp("2031-05-31T23:00:00Z")))
            var job = JobArchiveContract.finished(1)
            job.finishedAt = clock.now()
            try await archive.put([job])
            #expect(try await places(database) == ["archived_jobs_rest"])
            #expect(try await archive.maintain().made == 4)
            #expect(try await places(database) == ["archived_jobs_2031_05"])
            #expect(try await archive.find(job.id, owner: nil) == job)
            #expect(try await archive.maintain() == (0, 0))
            clock.advance(by: .seconds(3600))
            #expect(try await archive.maintain().made == 1)
        }
    }

    @Test func `makers at the same time make each partition once`() async throws {
        try await withArchive { archive, clock, _ in
            clock.set(try #require(Timestamp("2032-01-01T00:00:00Z")))
            let made = try await withThrowingTaskGroup { group in
                for _ in 0..<6 { group.addTask { try await archive.maintain().made } }
                return try await group.reduce(0, +)
            }
            #expect(made == 4)
        }
    }

    @Test func `months past the retention are dropped whole`() async throws {
        try await withArchive { archive, clock, database in
            clock.set(try #require(Timestamp("2033-01-15T00:00:00Z")))
            try await archive.maintain()
            var (january, february, ancient) = (
                JobArchiveContract.finished(1), JobArchiveContract.finished(2), JobArchiveContract.finished(3)
            )
            january.finishedAt = Timestamp("2033-01-31T23:59:59Z")
            february.finishedAt = Timestamp("2033-02-01T00:00:00Z")
            ancient.finishedAt = Timestamp("2001-01-01T00:00:00Z")
            try await archive.put([january, february, ancient])
            // 30 days after the last instant of January, then one second more.
            clock.set(try #require(Timestamp("2033-03-02T23:59:59Z")))
            #expect(try await archive.maintain().dropped == 0)
            #expect(try await archive.find(january.id, owner: nil) != nil)
            clock.set(try #require(Timestamp("2033-03-03T00:00:00Z")))
            #expect(try await archive.maintain().dropped >= 1)
            #expect(try await archive.find(january.id, owner: nil) == nil)
            #expect(try await archive.find(ancient.id, owner: nil) == nil)
            #expect(try await archive.find(february.id, owner: nil) == february)
        }
    }

    @Test func `jobs beyond one statement's size go in several`() async throws {
        try await withArchive { archive, _, _ in
            let jobs = (0..<40 as Range<UInt64>).map { number in
                var job = JobArchiveContract.finished(number)
                job.submission.payload = .large(bytes: 256 * 1024)
                return job
            }
            try await archive.put(jobs)
            for job in jobs { #expect(try await archive.find(job.id, owner: nil) == job) }
        }
    }

    private func withArchive(
        _ body: (PostgresJobArchive, ManualClock, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let clock = ManualClock()
            let archive = PostgresJobArchive(client: database.client, retention: .seconds(30 * 86_400), clock: clock)
            try await body(archive, clock, database)
        }
    }

    /// The partitions of all archived jobs, in the order of their ids.
    private func places(_ database: TestDatabase) async throws -> [String?] {
        try await database.sql("SELECT tableoid::regclass::text FROM archived_jobs ORDER BY id").map { $0[0] }
    }
}
