import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// What the contract of the order does not see: rows of keys, numbers of statements, what the release before leaves.
@Suite struct OrderingKeyTests {
    @Test func `ten thousand jobs of as many keys are accepted by one atomic call`() async throws {
        // A busy machine may need longer for ten thousand than production's deadline for one statement.
        try await withOwner(statementTimeout: .seconds(60)) { database, jobs, owner in
            let new = (0..<10_000).map { Self.job(owner, "key \($0)") }
            let outcomes = try await jobs.submit(new, isAtomic: true)
            #expect(try await jobs.states(of: new.map(\.id)).values.count { $0 == .queued } == outcomes.count)
            #expect(outcomes.allSatisfy { if case .accepted(let job) = $0 { job.state == .queued } else { false } })
            #expect(try await database.sql("SELECT count(*) FROM ordering_keys") == [["10000"]])
        }
    }

    @Test func `a key without live jobs is forgotten, and its next jobs go on behind the old ones`() async throws {
        try await withOwner { database, jobs, owner in
            let upkeep = OrderUpkeep(client: database.client, clock: nil)
            _ = try await jobs.submit(["k", "k", "l"].map { Self.job(owner, $0) }, isAtomic: true)
            #expect(try await upkeep() == 0)
            let live = try await jobs.list(JobFilter(), page: PageRequest(limit: 10)).items
            let old = live.filter { $0.submission.orderingKey == "k" }
            for job in old { _ = try await jobs.cancel(job.id, owner: nil) }
            #expect(try await upkeep() == 1)
            #expect(try await database.sql("SELECT ordering_key FROM ordering_keys") == [["l"]])
            _ = try await jobs.submit([Self.job(owner, "k"), Self.job(owner, "k")], isAtomic: true)
            let retried = try await jobs.retry(old[0].id, owner: nil, evenSucceeded: false)
            #expect(retried.job.state == .blocked)
            let first = "SELECT id FROM jobs WHERE state = 'blocked' ORDER BY ordering_position LIMIT 1"
            #expect(try await database.sql(first) == [[old[0].id.description]])
        }
    }

    @Test func `a held key is kept as long as its owner`() async throws {
        try await withOwner { database, jobs, owner in
            let upkeep = OrderUpkeep(client: database.client, clock: nil)
            try await database.sql(
                """
                INSERT INTO ordering_keys (owner_id, queue, ordering_key, tail, held_by)
                VALUES ('\(owner)', 'default', 'k', 1, gen_random_uuid())
                """)
            #expect(try await upkeep() == 0)
            try await database.sql("DELETE FROM users")
            #expect(try await upkeep() == 1)
        }
    }

    @Test func `what the release before has left without its key goes on after the upkeep`() async throws {
        try await withOwner { database, jobs, owner in
            let new = [Self.job(owner, "k"), Self.job(owner, "k"), Self.job(owner, "l")]
            _ = try await jobs.submit(new, isAtomic: true)
            try await database.sql(
                """
                UPDATE jobs SET state = 'cancelled', finished_at = now(), due_at = NULL WHERE id = '\(new[0].id)';
                DELETE FROM ordering_keys WHERE ordering_key = 'l'
                """)
            _ = try await OrderUpkeep(client: database.client, clock: nil)()
            #expect(try await jobs.states(of: [new[1].id]) == [new[1].id: .queued])
            #expect(try await database.sql("SELECT count(*) FROM ordering_keys") == [["2"]])
        }
    }

    @Test func `the schema lets no second job of a key out`() async throws {
        try await withOwner { database, jobs, owner in
            _ = try await jobs.submit([Self.job(owner, "k"), Self.job(owner, "k")], isAtomic: true)
            await #expect(throws: PostgresError.self) {
                try await database.sql("UPDATE jobs SET state = 'queued', due_at = now()")
            }
        }
    }

    @Test func `an end under a lease that does not name its key is not written`() async throws {
        try await withOwner { database, jobs, owner in
            let leases = PostgresJobLeases(client: database.client)
            let new = [Self.job(owner, "k"), Self.job(owner, "k")]
            _ = try await jobs.submit(new, isAtomic: true)
            let terms = LeaseTerms(consumer: "consumer-1")
            let claimed = try #require(try await leases.claim([new[0].id], limit: 1, terms: terms).first)
            let nameless = Lease(jobID: new[0].id, token: claimed.lease.token)
            #expect(try await leases.finish([.succeeding(nameless)]) == [.stale])
            #expect(try await leases.renew([nameless, claimed.lease], terms: terms) == [.held, .held])
            #expect(
                try await leases.finish([.succeeding(claimed.lease)])
                    == [.recorded(.succeeded, freed: new[1].id)])
        }
    }

    @Test func `a sweep passes over the ends whose key is in use`() async throws {
        try await withOwner { database, jobs, owner in
            let leases = PostgresJobLeases(client: database.client)
            let new = [Self.job(owner, "k"), Self.job(owner, "k")]
            _ = try await jobs.submit(new, isAtomic: true)
            try await database.sql("UPDATE jobs SET expires_at = now(), due_at = now()")
            let terms = LeaseTerms(consumer: "consumer-1")
            try await database.client.transaction { transaction in
                let key = OrderingKey(ownerID: owner, queue: .default, text: "k")
                try await KeyOrder(transaction: transaction, clock: nil).lock([key])
                #expect(try await leases.sweep(limit: 10, terms: terms).touched == 0)
            }
            #expect(try await leases.sweep(limit: 10, terms: terms).expired == 2)
        }
    }

    @Test func `a batch without keys is the one statement that it always was`() async throws {
        try await withOwner { database, jobs, owner in
            let writer = JobWriter(clock: nil)
            let new = (0..<5).map { _ in Self.job(owner, nil) }
            let needing = new.filter(\.needsTransaction)
            #expect(needing.isEmpty)
            let runner = NotingRunner(client: database.client)
            _ = try await writer.write(new, on: runner)
            #expect(runner.names.elements == ["job_insert"])
        }
    }

    private static func job(_ owner: UserID, _ key: String?) -> NewJob {
        let submission = JobSubmission(kind: JobKind(stored: "noop"), orderingKey: key, maxAttempts: 25)
        return NewJob(id: JobID(UUIDv7Generator().next()), ownerID: owner, submission: submission)
    }

    private func withOwner(
        statementTimeout: Duration = .seconds(10),
        _ body: (TestDatabase, PostgresJobRepository, UserID) async throws -> Void
    ) async throws {
        try await TestDatabase.with(statementTimeout: statementTimeout) { database in
            let owner = try await CountedLoad(client: database.client).makeOwner()
            try await body(database, PostgresJobRepository(client: database.client), owner)
        }
    }
}

/// Notes the statements that pass.
private struct NotingRunner: StatementRunner {
    let client: PostgresClient
    let names = Recorder<String>()

    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult {
        names.record("\(text.name)")
        return try await client.run(text, parameters)
    }
}
