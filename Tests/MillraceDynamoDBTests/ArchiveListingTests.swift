import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(2))) struct `Archive listing` {
    private static let owner = UserID(SequentialIDs.id(1, series: 2))

    @Test func `generations that a page's end falls between are one job, the latest`() async throws {
        try await withArchive { test in
            let generations: [UInt64: Int] = [1: 5, 2: 1, 3: 3, 4: 2]
            var latest: [Job] = []
            for (number, count) in generations {
                for generation in 0..<count {
                    let archived = Self.archived(number, generation, generation % 2 == 0 ? .succeeded : .dead)
                    try await test.archive.put([archived])
                    if generation == count - 1 { latest.append(archived.job) }
                }
            }
            latest.sort { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            for limit in 1...5 {
                #expect(try await test.archive.all(Self.owner, limit: limit) == latest)
                for state in [JobState.succeeded, .dead] {
                    var filter = JobFilter()
                    filter.state = state
                    let expected = latest.filter { $0.state == state }
                    #expect(try await test.archive.all(Self.owner, filter, limit: limit) == expected, "\(state)")
                }
            }
        }
    }

    @Test func `a page looks at so many entries and says where the list goes on`() async throws {
        let pages = (0..<4).map { Self.entries(500, from: $0 * 500, hasMore: true) }
        let transport = ScriptedTransport((pages + [#"{"Items":[]}"#]).map { .answer(200, $0) })
        let page = try await list(transport, state: .succeeded)
        #expect(page.items.isEmpty)
        #expect(transport.sent.count == LatestEntries.maxLooked / 500 + 1)
        let last = JobID(SequentialIDs.id(1999, series: 3))
        #expect(page.next == PagePosition(createdAt: ManualClock.start, id: last.uniqueID))
    }

    @Test(arguments: ["succeeded", "dead"])
    func `a job at the very end of that is looked up, as later generations may follow`(_ seen: String) async throws {
        var pages = (0..<4).map { Self.entries(500, from: $0 * 500, hasMore: true) }
        pages[3] = Self.entries(500, from: 1500, hasMore: true, lastState: seen)
        let job = Self.archived(1999, 6, .succeeded)
        var json = JSONWriter()
        AttributeValue.write(ArchiveItem.encode(job), to: &json)
        let transport = ScriptedTransport((pages + [#"{"Items":[\#(json.text)]}"#]).map { .answer(200, $0) })
        let page = try await list(transport, state: .succeeded)
        #expect(page.items == [job.job])
        #expect(transport.bodies.last?.contains("begins_with(sk, :generations)") == true)
    }

    @Test func `a state that no archived job has, and bounds that nothing lies within, ask nothing`() async throws {
        let transport = ScriptedTransport([])
        #expect(try await list(transport, state: .running).items.isEmpty)
        var filter = JobFilter()
        filter.createdAfter = ManualClock.start
        filter.createdBefore = ManualClock.start
        let page = try await archive(transport).list(owner: Self.owner, filter: filter, page: PageRequest())
        #expect(page.items.isEmpty && page.next == nil && transport.sent.isEmpty)
    }

    @Test func `an erasure leaves the last job to the next call if it may be cut, unless it is alone`() async throws {
        let cut = [Self.entry(1, 0), Self.entry(2, 0), Self.entry(2, 1)]
        let several = ScriptedTransport([.answer(200, Self.page(cut, hasMore: true)), .answer(200, "{}")])
        #expect(try await archive(several).erase(owner: Self.owner) == 1)
        #expect(several.bodies.last.map { $0.split(separator: "DeleteRequest").count - 1 } == 1)
        let alone = ScriptedTransport([
            .answer(200, Self.page(Array(cut.suffix(2)), hasMore: true)), .answer(200, "{}"),
        ])
        #expect(try await archive(alone).erase(owner: Self.owner) == 1)
        #expect(alone.bodies.last.map { $0.split(separator: "DeleteRequest").count - 1 } == 2)
    }

    private static func archived(_ number: UInt64, _ generation: Int, _ state: JobState) -> ArchivedJob {
        JobArchiveContract.finished(number, state: state, owner: owner) { $0.generation = generation }
    }

    private func list(_ transport: ScriptedTransport, state: JobState) async throws -> Page<Job> {
        var filter = JobFilter()
        filter.state = state
        return try await archive(transport).list(owner: Self.owner, filter: filter, page: PageRequest())
    }

    private func archive(_ transport: ScriptedTransport) -> DynamoDBJobArchive {
        let client = DynamoDBClient(
            DynamoDBSettings(region: "r"), credentials: AWSCredentials(accessKeyID: "a", secretAccessKey: "b"),
            logger: .quiet, clock: ManualClock(), transport: transport)
        return DynamoDBJobArchive(.init(table: "t"), client: client, logger: .quiet)
    }

    private static func entry(_ number: Int, _ generation: Int, state: String = "dead") -> Item {
        let id = JobID(SequentialIDs.id(UInt64(number), series: 3))
        return ArchiveKey.item(id, generation: generation).merging([
            "owner": ArchiveKey.owner(owner), "state": .string(state),
            "created": .string(ArchiveKey.created(ManualClock.start, id.uniqueID)),
        ]) { key, _ in key }
    }

    private static func entries(_ count: Int, from: Int, hasMore: Bool, lastState: String = "dead") -> String {
        page(
            (from..<from + count).map { entry($0, 0, state: $0 == from + count - 1 ? lastState : "dead") },
            hasMore: hasMore)
    }

    private static func page(_ entries: [Item], hasMore: Bool) -> String {
        let body = document { json in
            json.member("Items") { json in json.array(entries) { AttributeValue.write($1, to: &$0) } }
            json.member("ScannedCount") { $0.value(entries.count) }
            if hasMore, let last = entries.last {
                json.member("LastEvaluatedKey") { AttributeValue.write(last.filter { $0.key != "state" }, to: &$0) }
            }
        }
        return String(decoding: body, as: UTF8.self)
    }
}
