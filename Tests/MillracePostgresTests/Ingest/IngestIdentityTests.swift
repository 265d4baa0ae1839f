import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// What is known of submissions that have become jobs, by day.
@Suite struct IngestIdentityTests {
    private let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)

    @Test func `an identity lies in the day on which it came, and is forgotten when that is dropped`() async throws {
        try await withIngest { rig in
            let start = try #require(Timestamp("2031-03-01T23:59:59.999Z"))
            rig.clock.set(start)
            try await rig.database.sql("SELECT make_day_partitions('ingest_identities_by_day', '\(start)', 1)")
            let (identity, other) = (rig.newID(), rig.newID())
            #expect(try await rig.ingest(identity).accepted == 1)
            rig.clock.advance(by: .milliseconds(1))
            #expect(try await rig.ingest(other).accepted == 1)
            #expect(
                try await rig.places() == [
                    "ingest_identities_by_day_2031_03_01", "ingest_identities_by_day_2031_03_02",
                ])
            rig.clock.advance(by: .seconds(5 * 86_400))
            #expect(try await rig.ingest(identity).duplicates == 1)
            try await rig.database.sql(
                "SELECT drop_day_partitions('ingest_identities_by_day', '2031-03-02 00:00:00+00')")
            #expect(try await rig.ingest(identity).accepted == 1)
            #expect(try await rig.ingest(other).duplicates == 1)
        }
    }

    @Test func `an identity for whose day nothing was made ready is kept, also when that is made later`() async throws {
        try await withIngest { rig in
            rig.clock.set(try #require(Timestamp("2099-12-31T12:00:00Z")))
            let identity = rig.newID()
            #expect(try await rig.ingest(identity).accepted == 1)
            #expect(try await rig.places() == ["ingest_identities_by_day_rest"])
            #expect(try await rig.ingest(identity).duplicates == 1)
            try await rig.database.sql(
                "SELECT make_day_partitions('ingest_identities_by_day', '\(rig.clock.now())', 0)")
            #expect(try await rig.places() == ["ingest_identities_by_day_2099_12_31"])
            #expect(try await rig.ingest(identity).duplicates == 1)
        }
    }

    @Test func `what the release before has ingested is known`() async throws {
        try await withIngest { rig in
            let identity = rig.newID()
            try await rig.database.sql("INSERT INTO ingest_identities VALUES ('\(identity)', now())")
            #expect(try await rig.ingest(identity).duplicates == 1)
            #expect(try await rig.places() == [])
        }
    }

    @Test(arguments: [Duration.zero, .milliseconds(1)])
    func `of two who ingest one identity at once, the same day or at its change, one makes a job`(
        _ apart: Duration
    ) async throws {
        try await withIngest { rig in
            let last = try #require(Timestamp("2031-03-01T23:59:59.999Z"))
            rig.clock.set(last + apart)
            let entry = rig.entry(rig.newID())
            let receipt = try await withThrowingTaskGroup(of: IngestReceipt.self) { group in
                try await rig.database.client.transaction { transaction in
                    let first = IngestTransaction(
                        transaction: transaction, writer: JobWriter(clock: ManualClock(last)),
                        ids: UUIDv7Generator(), now: last)
                    let batch = IngestBatch(position: rig.position, nextOffset: 1, entries: [entry], dead: [])
                    #expect(try await first.write(batch, oneByOne: false).accepted == 1)
                    group.addTask { try await rig.ingest(entry) }
                    try await eventually("the second waits") {
                        // Not by the client: its statements may queue up behind the one that waits.
                        try await rig.database.sql(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                + " AND datname = current_database()") == [["1"]]
                    }
                }
                return try #require(try await group.next())
            }
            #expect((receipt.accepted, receipt.duplicates, receipt.dead) == (0, 1, []))
            #expect(try await rig.database.sql("SELECT count(*) FROM jobs") == [["1"]])
            #expect(try await rig.ingest(entry).duplicates == 1)
        }
    }

    private func withIngest(_ body: (IngestRig) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            let clock = ManualClock()
            let repository = PostgresIngestRepository(client: database.client, clock: clock)
            let position = try #require(try await repository.open([source]).first)
            try await body(
                IngestRig(
                    database: database, clock: clock, repository: repository, position: position,
                    owner: try await CountedLoad(client: database.client).makeOwner()))
        }
    }
}

/// One partition, and an owner for what comes from it.
private struct IngestRig: Sendable {
    let database: TestDatabase
    let clock: ManualClock
    let repository: PostgresIngestRepository
    let position: PartitionPosition
    let owner: UserID

    func newID() -> UniqueID { UUIDv7Generator().next() }

    func entry(_ identity: UniqueID) -> IngestBatch.Entry {
        let submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        return IngestBatch.Entry(
            record: .sample(position.source, offset: 0), identity: identity,
            job: NewJob(id: JobID(newID()), ownerID: owner, submission: submission))
    }

    /// Ingests a submission of another job under this identity.
    func ingest(_ identity: UniqueID) async throws -> IngestReceipt {
        try await ingest(entry(identity))
    }

    func ingest(_ entry: IngestBatch.Entry) async throws -> IngestReceipt {
        let batch = IngestBatch(position: position, nextOffset: 1, entries: [entry], dead: [])
        guard case .committed(let receipt) = try await repository.ingest(batch) else { throw LostPartition() }
        return receipt
    }

    /// The partitions of all identities, in the order of these.
    func places() async throws -> [String?] {
        try await database.sql(
            "SELECT tableoid::regclass::text FROM ingest_identities_by_day ORDER BY seen_on, identity"
        ).map { $0[0] }
    }
}

private struct LostPartition: Error {}
