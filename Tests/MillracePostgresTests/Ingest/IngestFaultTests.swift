import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// Whose fault it is that a record is not stored.
@Suite struct IngestFaultTests {
    private let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)

    @Test(arguments: ["XX000", "42501", "53100", "58030"])
    func `what the server cannot do is no fault of a record, which comes in later`(state: String) async throws {
        try await withBrokenJobs(state) { database, repository, batch in
            for _ in 0..<3 {
                await #expect(throws: DomainError.unavailable) { _ = try await repository.ingest(batch) }
            }
            try await database.sql("DROP TRIGGER break ON jobs")
            guard case .committed(let receipt) = try await repository.ingest(batch) else {
                Issue.record("the partition was lost")
                return
            }
            #expect((receipt.accepted, receipt.dead) == (1, []))
        }
    }

    @Test(arguments: ["54000", "22P05", "23514"])
    func `what its data cannot be makes a dead letter of a record`(state: String) async throws {
        try await withBrokenJobs(state) { _, repository, batch in
            guard case .committed(let receipt) = try await repository.ingest(batch) else {
                Issue.record("the partition was lost")
                return
            }
            #expect((receipt.accepted, receipt.dead.count) == (0, 1))
        }
    }

    @Test func `what may be the fault of either is told as a defect`() async throws {
        try await withBrokenJobs("P0001") { _, repository, batch in
            await #expect(throws: DomainError.failure) { _ = try await repository.ingest(batch) }
        }
    }

    /// A database in which no job can be stored, for the reason given.
    private func withBrokenJobs(
        _ state: String, _ body: (TestDatabase, PostgresIngestRepository, IngestBatch) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            try await database.sql(
                """
                CREATE FUNCTION break_jobs() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '\(state)'; END$$;
                CREATE TRIGGER break BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION break_jobs()
                """)
            let repository = PostgresIngestRepository(client: database.client)
            let position = try #require(try await repository.open([source]).first)
            let ids = UUIDv7Generator()
            let job = NewJob(
                id: JobID(ids.next()), ownerID: try await CountedLoad(client: database.client).makeOwner(),
                submission: JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25))
            let entry = IngestBatch.Entry(
                record: .sample(source, offset: 0), identity: ids.next(), job: job)
            try await body(
                database, repository, IngestBatch(position: position, nextOffset: 1, entries: [entry], dead: []))
        }
    }
}
