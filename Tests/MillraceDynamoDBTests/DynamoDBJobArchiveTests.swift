import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(5))) struct `DynamoDB job archive` {
    @Test(arguments: JobArchiveContract.clauses + JobArchiveContract.listing + JobArchiveContract.edges)
    func `it keeps the contract of an archive`(_ clause: Clause<any JobArchive>) async throws {
        try await withArchive { try await clause.check($0.archive) }
    }

    @Test func `a table that exists is left as it is`() async throws {
        try await withArchive { test in
            let archive = test.archive
            let archived = Self.archived()
            try await archive.put([archived])
            try await archive.createTable()
            #expect(try await archive.find(archived.job.id, owner: nil) == archived)
        }
    }

    @Test func `a result beyond the item limit is marked and trimmed, and the facts are kept`() async throws {
        try await withArchive { test in
            let archive = test.archive
            var archived = Self.archived()
            archived.job.submission.payload = .large(bytes: 256 * 1024)
            archived.job.result = .large(bytes: 256 * 1024)
            try await archive.put([archived])
            var found = try #require(try await archive.find(archived.job.id, owner: nil))
            let mark = try JSONText(try #require(found.job.result).text).member("millrace_trimmed")
            #expect(mark?.member("bytes")?.integer == Int64(256 * 1024))
            #expect(mark?.member("head")?.string?.hasPrefix(#""xxxx"#) == true)
            found.job.result = archived.job.result
            #expect(found == archived)
        }
    }

    @Test func `items expire in the second after their time, never before`() async throws {
        try await withArchive { test in
            var archived = Self.archived()
            archived.expiresAt = Timestamp(microseconds: 1_800_000_000_000_001)
            try await test.archive.put([archived])
            let table = ArchiveTable(name: test.table, client: test.client)
            #expect(try await table.latest(archived.job.id)?["ttl"]?.integer == 1_800_000_001)
            #expect(try await test.archive.find(archived.job.id, owner: nil) == archived)
            let described = try await test.client.call(
                "DescribeTimeToLive", document { $0.member("TableName") { $0.value(test.table) } })
            #expect(described.member("TimeToLiveDescription")?.member("AttributeName")?.string == "ttl")
        }
    }

    @Test func `what the table has no room for is written again`() async throws {
        let left = #"{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#
        let transport = ScriptedTransport([.answer(200, left), .answer(200, left), .answer(200, "{}")])
        try await scripted(transport).put([Self.archived()])
        #expect(transport.sent.count == 3)
        #expect(transport.bodies.last == #"{"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#)
    }

    @Test func `a table that never has room is unavailable`() async {
        let left = #"{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#
        let archive = scripted(ScriptedTransport(Array(repeating: .answer(200, left), count: 20)))
        await #expect(throws: DomainError.unavailable) { try await archive.put([Self.archived()]) }
    }

    @Test func `an unreachable table is unavailable, and so is one that is missing or forbidden`() async {
        let lost = scripted(ScriptedTransport(Array(repeating: .lost, count: 20)))
        await #expect(throws: DomainError.unavailable) { try await lost.find(Self.archived().job.id, owner: nil) }
        for type in ["ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException"] {
            let refusing = scripted(ScriptedTransport([.answer(400, #"{"__type":"x#\#(type)"}"#)]))
            await #expect(throws: DomainError.unavailable) { try await refusing.put([Self.archived()]) }
        }
    }

    @Test func `an item that cannot be read is a failure`() async {
        let archive = scripted(ScriptedTransport([.answer(200, #"{"Items":[{"pk":{"S":"JOB#1"}}]}"#)]))
        await #expect(throws: DomainError.failure) { try await archive.find(Self.archived().job.id, owner: nil) }
    }

    @Test func `the form of an item does not change`() {
        var archived = Self.archived()
        archived.job.state = .dead
        archived.attempts = [
            JobAttempt(
                attempt: 1, generation: 0, startedAt: ManualClock.start, finishedAt: ManualClock.start + .seconds(1),
                outcome: .failed, error: JobErrorRecord(code: "c", message: "m", at: ManualClock.start), consumer: "x")
        ]
        var json = JSONWriter()
        AttributeValue.write(ArchiveItem.encode(archived), to: &json)
        #expect(
            json.text == #"{"attempt":{"N":"0"},"attempts":{"L":[{"M":{"by":{"S":"x"},"end":{"N":"1795253401123000"},"#
                + #""error":{"M":{"at":{"N":"1795253400123000"},"code":{"S":"c"},"message":{"S":"m"}}},"#
                + #""gen":{"N":"0"},"n":{"N":"1"},"out":{"S":"failed"},"start":{"N":"1795253400123000"}}}]},"#
                + #""created":{"S":"2026-11-21T09:30:00.123000Z#00000000-0000-7000-8000-000000000001"},"#
                + #""finished_at":{"N":"1795253401123000"},"kind":{"S":"noop"},"lost_leases":{"N":"0"},"#
                + #""max_attempts":{"N":"25"},"metadata":{"S":"{}"},"#
                + #""owner":{"S":"OWNER#00000000-0000-7000-8000-000000000002"},"#
                + #""owner_state":{"S":"OWNER#00000000-0000-7000-8000-000000000002#STATE#dead"},"#
                + #""payload":{"S":"{}"},"pk":{"S":"JOB#00000000-0000-7000-8000-000000000001"},"#
                + #""priority":{"N":"5"},"queue":{"S":"default"},"run_at":{"N":"1795253400123000"},"#
                + #""sk":{"S":"GEN#0000000000"},"state":{"S":"dead"},"tags":{"L":[]},"#
                + #""ttl":{"N":"1795253462"},"ttl_late":{"N":"877000"}}"#)
    }

    private static func archived() -> ArchivedJob {
        let id = JobID(SequentialIDs.id(1))
        let now = ManualClock.start
        let job = Job(
            id: id, ownerID: UserID(SequentialIDs.id(2)),
            submission: JobSubmission(id: id, kind: JobKind(stored: "noop"), runAt: now, maxAttempts: 25),
            state: .succeeded, createdAt: now, finishedAt: now + .seconds(1))
        return ArchivedJob(job: job, expiresAt: now + .seconds(61))
    }

    private func scripted(_ transport: ScriptedTransport) -> DynamoDBJobArchive {
        let settings = DynamoDBSettings(
            region: "r", maxAttempts: 3, backoffBase: .milliseconds(1), backoffCap: .milliseconds(1))
        let client = DynamoDBClient(
            settings, credentials: AWSCredentials(accessKeyID: "a", secretAccessKey: "b"), logger: .quiet,
            clock: ManualClock(), transport: transport)
        return DynamoDBJobArchive(.init(table: "t"), client: client, logger: .quiet)
    }
}
