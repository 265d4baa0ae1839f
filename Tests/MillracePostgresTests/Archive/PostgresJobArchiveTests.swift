import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct PostgresJobArchiveTests {
    @Test(arguments: JobArchiveContract.clauses + JobArchiveContract.edges + JobArchiveContract.listing)
    func `Postgres keeps the contract of an archive`(_ clause: Clause<any JobArchive>) async throws {
        try await TestDatabase.with { database in
            try await clause.check(PostgresJobArchive(client: database.client))
        }
    }

    @Test func `a job lies in the partition of the month in which it expires`() async throws {
        try await withArchive { archive, database in
            try await database.sql("SELECT make_archive_partitions('2033-01-15', 1)")
            var jobs = (1...4).map { JobArchiveContract.finished($0) }
            jobs[0].expiresAt = Timestamp("2033-01-31T23:59:59.999Z")
            jobs[1].expiresAt = Timestamp("2033-02-01T00:00:00Z")
            jobs[2].expiresAt = Timestamp("2033-03-01T00:00:00Z")
            try await archive.put(jobs)
            #expect(
                try await database.archivePlaces() == [
                    "archived_jobs_2033_01", "archived_jobs_2033_02", "archived_jobs_rest", "archived_jobs_for_ever",
                ])
            for archived in jobs { #expect(try await archive.find(archived.job.id, owner: nil) == archived) }
        }
    }

    @Test func `a job that expires when years have five digits is kept for ever`() async throws {
        try await withArchive { archive, database in
            var job = JobArchiveContract.finished(1)
            job.expiresAt = job.job.createdAt + .seconds(1_000_000 * 366 * 86_400)
            try await archive.put([job])
            #expect(try await database.archivePlaces() == ["archived_jobs_for_ever"])
            #expect(try await archive.find(job.job.id, owner: nil)?.expiresAt == nil)
        }
    }

    @Test func `the put of an archiver that was frozen for a generation is not found`() async throws {
        try await withArchive { archive, database in
            let late = JobArchiveContract.finished(1, state: .dead)
            let latest = JobArchiveContract.finished(1, state: .succeeded) { $0.generation = 1 }
            try await archive.put([latest])
            try await archive.put([late])
            #expect(try await archive.find(late.job.id, owner: nil) == latest)
            var filter = JobFilter()
            #expect(try await JobArchiveContract.listed(archive, filter) == [latest.job])
            filter.state = .dead
            #expect(try await JobArchiveContract.listed(archive, filter) == [])
            filter.state = .succeeded
            #expect(try await JobArchiveContract.listed(archive, filter) == [latest.job])
        }
    }

    @Test func `the put of a later generation makes room of the earlier ones`() async throws {
        try await withArchive { archive, database in
            for generation in [0, 1, 3, 2] {
                try await archive.put([JobArchiveContract.finished(1) { $0.generation = generation }])
            }
            let kept = try await database.sql("SELECT generation FROM archived_jobs ORDER BY generation")
            #expect(kept == [["2"], ["3"]])
        }
    }

    @Test func `a job put again under another retention is one job, kept for the longer time`() async throws {
        try await withArchive { archive, _ in
            var short = JobArchiveContract.finished(1)
            short.expiresAt = Timestamp("2033-01-15T00:00:00Z")
            var long = short
            long.expiresAt = Timestamp("2034-01-15T00:00:00Z")
            for archived in [long, short] { try await archive.put([archived]) }
            #expect(try await archive.find(short.job.id, owner: nil) == long)
            #expect(try await JobArchiveContract.listed(archive) == [short.job])
            #expect(try await archive.erase(owner: short.job.ownerID) == 1)
        }
    }

    @Test func `jobs beyond one statement's size go in several`() async throws {
        try await withArchive { archive, _ in
            let jobs = (0..<40 as Range<UInt64>).map { number in
                JobArchiveContract.finished(number) { $0.submission.payload = .large(bytes: 256 * 1024) }
            }
            try await archive.put(jobs)
            for archived in jobs { #expect(try await archive.find(archived.job.id, owner: nil) == archived) }
        }
    }

    @Test func `runs that cannot be read are a defect, not an empty list`() async throws {
        try await withArchive { archive, database in
            let job = JobArchiveContract.finished(1)
            try await archive.put([job])
            for text in ["[[1]]", "[7]", #"[[0,1,2,3,"won","me"]]"#, #"[[0,1,2,3,"lost","me",4,5,6]]"#] {
                try await database.sql("UPDATE archived_jobs SET attempts = '\(text)'")
                await #expect(throws: DomainError.failure) { try await archive.find(job.job.id, owner: nil) }
            }
        }
    }

    private func withArchive(
        _ body: (PostgresJobArchive, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            try await body(PostgresJobArchive(client: database.client), database)
        }
    }
}
