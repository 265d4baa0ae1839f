import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// What a client gets who repeats a request after the answer to its commit was lost.
@Suite struct LostAnswerTests {
    private let ids = SequentialIDs(series: 3)

    @Test func `a commit whose answer never came is found by its repeat, not done again`() async throws {
        try await TestDatabase.with(statementTimeout: .milliseconds(1500)) { database async throws in
            let (jobs, owner) = try await arrange(database)
            // As if the server had not noticed yet that its client is gone.
            try await atCommit(
                database,
                """
                IF nextval('commits') = 1 THEN
                    PERFORM set_config('client_connection_check_interval', '0', true);
                    PERFORM pg_sleep(4);
                END IF;
                """)
            let first = try request(owner)
            await #expect(throws: DomainError.ambiguous) { try await jobs.submit([first.job], keeping: first.keeping) }
            // The server is still at it, and then has done it.
            let second = try request(owner)
            await #expect(throws: DomainError.conflict(.idempotencyInFlight)) {
                try await jobs.submit([second.job], keeping: second.keeping)
            }
            try await eventually("the reply is there") {
                guard case .repeated(let reply)? = try? await jobs.submit([second.job], keeping: second.keeping)
                else { return false }
                #expect(reply == first.keeping.reply([]))
                return true
            }
            #expect(try await database.sql("SELECT id::text FROM jobs") == [[first.job.id.description]])
        }
    }

    @Test func `a commit that broke off is done by its repeat`() async throws {
        try await TestDatabase.with { database async throws in
            let (jobs, owner) = try await arrange(database)
            try await atCommit(
                database, "IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;")
            let first = try request(owner)
            await #expect(throws: DomainError.self) { try await jobs.submit([first.job], keeping: first.keeping) }
            let second = try request(owner)
            guard case .done = try await jobs.submit([second.job], keeping: second.keeping) else {
                throw UnexpectedAnswer()
            }
            #expect(try await database.sql("SELECT id::text FROM jobs") == [[second.job.id.description]])
        }
    }

    @Test func `requests at once share transactions, and each is kept`() async throws {
        try await TestDatabase.with { database async throws in
            let (jobs, owner) = try await arrange(database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<400 {
                    let request = try request(owner, key: "\(index)")
                    group.addTask { _ = try await jobs.submit([request.job], keeping: request.keeping) }
                }
                try await group.waitForAll()
            }
            let counts = try await database.sql(
                "SELECT count(*), count(DISTINCT xmin::text) < 200 FROM jobs UNION ALL "
                    + "SELECT count(*), true FROM idempotency_records")
            #expect(counts == [["400", "t"], ["400", "t"]])
        }
    }

    private struct UnexpectedAnswer: Error {}

    private func arrange(_ database: TestDatabase) async throws -> (PostgresJobRepository, UserID) {
        let users = PostgresUserRepository(client: database.client)
        let user = try await users.create(id: ids.next(), profile: .sample())
        return (PostgresJobRepository(client: database.client), user.id)
    }

    /// A new job for the same request as ever; its reply names the job.
    private func request(
        _ owner: UserID, key: String = "k"
    ) throws -> (job: NewJob, keeping: ReplyKeeping<[SubmitOutcome]>) {
        let submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        let job = NewJob(id: ids.next(), ownerID: owner, submission: submission)
        let request = IdempotentRequest(
            ownerID: owner, route: "POST /jobs", key: try IdempotencyKey(key), body: "{}".utf8)
        let reply = KeptReply(status: 202, headers: [], body: Array(job.id.description.utf8))
        return (job, ReplyKeeping(request) { _ in reply })
    }

    /// Has the server do something while it commits a transaction that accepts a job.
    private func atCommit(_ database: TestDatabase, _ body: String) async throws {
        try await database.sql("CREATE SEQUENCE commits")
        try await database.sql(
            "CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(body) RETURN NULL; END $$")
        try await database.sql(
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON jobs DEFERRABLE INITIALLY DEFERRED "
                + "FOR EACH ROW EXECUTE FUNCTION at_commit()")
    }
}

extension PostgresJobRepository {
    fileprivate func submit(
        _ jobs: [NewJob], keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        try await submit(jobs, isAtomic: false, keeping: keeping)
    }
}
