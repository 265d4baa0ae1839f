import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(5))) struct `DynamoDB job archive` {
    @Test(arguments: JobArchiveContract.clauses + JobArchiveContract.edges)
    func `it keeps the contract of an archive`(_ clause: Clause<any JobArchive>) async throws {
        try await withArchive { archive, _, _ in try await clause.check(archive) }
    }

    @Test func `a table that exists is left as it is`() async throws {
        try await withArchive { archive, _, _ in
            let job = Self.job()
            try await archive.put([job])
            try await archive.createTable()
            #expect(try await archive.find(job.id, owner: nil) == job)
        }
    }

    @Test func `a result beyond the item limit is marked and trimmed, and the facts are kept`() async throws {
        try await withArchive { archive, _, _ in
            var job = Self.job()
            job.submission.payload = .large(bytes: 256 * 1024)
            job.result = .large(bytes: 256 * 1024)
            try await archive.put([job])
            var found = try #require(try await archive.find(job.id, owner: nil))
            let mark = try JSONText(try #require(found.result).text).member("millrace_trimmed")
            #expect(mark?.member("bytes")?.integer == Int64(256 * 1024))
            #expect(mark?.member("head")?.string?.hasPrefix(#""xxxx"#) == true)
            found.result = job.result
            #expect(found == job)
        }
    }

    @Test func `items expire a while after the end`() async throws {
        try await withArchive { archive, table, client in
            let job = Self.job()
            try await archive.put([job])
            let expiry = try await ArchiveTable(name: table, client: client).item(job.id)?["ttl"]?.integer
            let end = try #require(job.finishedAt)
            #expect(expiry == (end + .seconds(365 * 86_400)).microseconds / 1_000_000)
            let described = try await client.call(
                "DescribeTimeToLive", document { $0.member("TableName") { $0.value(table) } })
            #expect(described.member("TimeToLiveDescription")?.member("AttributeName")?.string == "ttl")
        }
    }

    @Test func `what the table has no room for is written again`() async throws {
        let left = #"{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#
        let transport = ScriptedTransport([.answer(200, left), .answer(200, left), .answer(200, "{}")])
        try await scripted(transport).put([Self.job()])
        #expect(transport.sent.count == 3)
        #expect(transport.bodies.last == #"{"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#)
    }

    @Test func `a table that never has room is unavailable`() async {
        let left = #"{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"JOB#1"}}}}]}}"#
        let archive = scripted(ScriptedTransport(Array(repeating: .answer(200, left), count: 20)))
        await #expect(throws: DomainError.unavailable) { try await archive.put([Self.job()]) }
    }

    @Test func `an unreachable table is unavailable and a missing one a failure`() async {
        let lost = scripted(ScriptedTransport(Array(repeating: .lost, count: 20)))
        await #expect(throws: DomainError.unavailable) { try await lost.find(Self.job().id, owner: nil) }
        let missing = scripted(ScriptedTransport([.answer(400, #"{"__type":"x#ResourceNotFoundException"}"#)]))
        await #expect(throws: DomainError.failure) { try await missing.find(Self.job().id, owner: nil) }
    }

    @Test func `an item that cannot be read is a failure`() async {
        let archive = scripted(ScriptedTransport([.answer(200, #"{"Item":{"pk":{"S":"JOB#1"}}}"#)]))
        await #expect(throws: DomainError.failure) { try await archive.find(Self.job().id, owner: nil) }
    }

    @Test func `the form of an item does not change`() {
        var json = JSONWriter()
        AttributeValue.write(ArchiveItem.encode(Self.job(), retention: .seconds(60)), to: &json)
        #expect(
            json.text == #"{"attempt":{"N":"0"},"created":{"S":"2026-11-21T09:30:00.123000Z#"#
                + #"00000000-0000-7000-8000-000000000001"},"created_at":{"N":"1795253400123000"},"#
                + #""finished_at":{"N":"1795253401123000"},"generation":{"N":"0"},"#
                + #""id":{"S":"00000000-0000-7000-8000-000000000001"},"kind":{"S":"noop"},"lost_leases":{"N":"0"},"#
                + #""max_attempts":{"N":"25"},"metadata":{"S":"{}"},"#
                + #""owner":{"S":"OWNER#00000000-0000-7000-8000-000000000002"},"#
                + #""owner_id":{"S":"00000000-0000-7000-8000-000000000002"},"payload":{"S":"{}"},"#
                + #""pk":{"S":"JOB#00000000-0000-7000-8000-000000000001"},"priority":{"N":"5"},"#
                + #""queue":{"S":"default"},"run_at":{"N":"1795253400123000"},"state":{"S":"succeeded"},"#
                + #""tags":{"L":[]},"ttl":{"N":"1795253461"}}"#)
    }

    private static func job() -> Job {
        let id = JobID(SequentialIDs.id(1))
        let now = ManualClock.start
        return Job(
            id: id, ownerID: UserID(SequentialIDs.id(2)),
            submission: JobSubmission(id: id, kind: JobKind(stored: "noop"), runAt: now, maxAttempts: 25),
            state: .succeeded, createdAt: now, finishedAt: now + .seconds(1))
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
