import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct DeadLetterRoutesTests {
    let api = TestAPI()

    /// Keeps a record that cannot be read, or one that asks for a kind.
    @discardableResult
    private func keepRecord(kind: String? = nil, owner: UserID? = nil) async throws -> DeadRecordID {
        let source = TopicPartition(topic: "millrace.jobs.default", partition: 3)
        let position = try await api.store.open([source])[0]
        let record = SourceRecord(
            source: source, offset: 42, timestamp: ManualClock.start, key: nil,
            value: kind.map { Array($0.utf8) } ?? [0xFF, 0x00],
            headers: [.init(name: "ce_id", value: Array("1".utf8)), .init(name: "ce_id", value: nil)])
        let dead = IngestBatch.DeadEntry(
            record: record, reason: DeadReason(.malformedJSON, "It is not JSON."), ownerID: owner,
            kind: kind.map { JobKind(stored: $0) })
        let batch = IngestBatch(position: position, nextOffset: 43, entries: [], dead: [dead])
        guard case .committed(let receipt) = try await api.store.ingest(batch) else { throw NotAccepted() }
        return try #require(receipt.dead.first?.id)
    }

    @Test func `an admin sees records with their bytes, and dead jobs`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let job = try await api.submit(admin)
        try await api.kill(job.id)
        api.clock.advance(by: .seconds(1))
        try await keepRecord()
        let reply = try await api.call(.get, "/api/v1/dead-letters", as: admin)
        #expect(reply.status == 200)
        #expect(reply.items.count == 2)
        let id = try #require(try await api.store.list(owner: nil, page: PageRequest()).items.first?.position.id)
        #expect(
            reply.items[0].text == """
                {"type":"record","record":{"id":"\(id)",\
                "reason":{"code":"malformed_json","message":"It is not JSON."},"owner_id":null,"kind":null,\
                "topic":"millrace.jobs.default",\
                "partition":3,"offset":42,"timestamp":"2026-11-21T09:30:00.123Z","key":null,"value":"/wA=",\
                "headers":[{"name":"ce_id","value":"MQ=="},{"name":"ce_id","value":null}],\
                "created_at":"2026-11-21T09:30:01.123Z"}}
                """)
        #expect(try await api.call(.get, "/api/v1/dead-letters/\(id)", as: admin).body == reply.items[0].text)
        #expect(reply.items[1].text.hasPrefix(#"{"type":"job","job":{"id":"\#(job.id)","#))
    }

    @Test func `anybody else sees only their own dead jobs and records`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let job = try await api.submit(ada)
        try await api.kill(job.id)
        try await keepRecord()
        let own = try await keepRecord(owner: ada.user.id)
        #expect(try await api.call(.get, "/api/v1/dead-letters", as: ada).items.count == 2)
        #expect(try await api.call(.get, "/api/v1/dead-letters", as: bob).body == #"{"items":[],"next_cursor":null}"#)
        #expect(try await api.call(.get, "/api/v1/dead-letters/\(own)", as: ada).status == 200)
        for id in ["\(own)", "\(job.id)"] {
            let reply = try await api.call(.get, "/api/v1/dead-letters/\(id)", as: bob)
            #expect(reply.status == 404 && reply["code"] == "not_found")
        }
    }

    @Test func `filters restrict the list, and stay with its cursor`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let job = try await api.submit(admin)
        try await api.kill(job.id)
        for _ in 0..<3 {
            api.clock.advance(by: .seconds(1))
            try await keepRecord(kind: "mail")
        }
        let path = "/api/v1/dead-letters"
        for (query, count) in [
            ("type=job", 1), ("type=record", 3), ("kind=mail", 4), ("kind=hook", 0), ("queue=default", 4),
            ("queue=mail", 0), ("code=broken", 1), ("code=malformed_json", 3),
            ("died_after=2026-11-21T09:30:02.123Z", 2), ("died_before=2026-11-21T09:30:02.123Z", 2),
            ("owner_id=\(admin.user.id)", 1),
        ] {
            #expect(try await api.call(.get, "\(path)?\(query)", as: admin).items.count == count, "\(query)")
        }
        let first = try await api.call(.get, "\(path)?type=record&limit=2", as: admin)
        let cursor = try #require(first["next_cursor"])
        #expect(try await api.call(.get, "\(path)?type=record&cursor=\(cursor)", as: admin).items.count == 1)
        #expect(try await api.call(.get, "\(path)?type=job&cursor=\(cursor)", as: admin).status == 400)
        let wrong = try await api.call(.get, "\(path)?type=letter&code=&died_after=now&colour=red", as: admin)
        #expect(wrong.status == 400 && Set(wrong.pointers) == ["type", "code", "died_after", "colour"])
    }

    @Test func `a replay answers what it did, and a dry run what it would do`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let job = try await api.submit(admin)
        try await api.kill(job.id)
        api.clock.advance(by: .seconds(1))
        try await keepRecord(kind: "mail")
        try await keepRecord()
        let dry = try await api.call(
            .post, "/api/v1/dead-letters/replay", as: admin, #"{"filter":{},"dry_run":true}"#)
        let counts = """
            "matched":3,"replayed":2,"duplicates":0,"still_unreadable":1,"skipped":0,\
            "reasons":{"malformed_json":1},"filter":{"died_before":"2026-11-21T09:30:01.123001Z"},\
            "next_cursor":null,"next_start_at":null}
            """
        #expect(dry.status == 200 && dry.body == #"{"dry_run":true,"# + counts)
        #expect(try await api.store.find(job.id, owner: nil)?.state == .dead)
        let done = try await api.call(.post, "/api/v1/dead-letters/replay", as: admin, #"{"filter":{}}"#)
        #expect(done.status == 200 && done.body == #"{"dry_run":false,"# + counts)
        #expect(try await api.store.find(job.id, owner: nil)?.state == .queued)
        #expect(api.dispatcher.hints.count == 2)
        // The record bore no owner: its job belongs to the ingest owner, who was made for it.
        let ingest = try #require(try await api.store.find(email: EmailAddress("ingest@example.org")))
        var filter = JobFilter()
        filter.owner = ingest.id
        #expect(try await api.store.list(filter, page: PageRequest()).items.count == 1)
    }

    @Test func `a replay over its limit goes on with the answered filter and cursor`() async throws {
        let ada = try await api.bearer()
        for _ in 0..<3 {
            try await api.kill(try await api.submit(ada).id)
            api.clock.advance(by: .seconds(1))
        }
        let path = "/api/v1/dead-letters/replay"
        let first = try await api.call(.post, path, as: ada, #"{"filter":{"type":"job"},"limit":2,"rate":1}"#)
        #expect(first.member("replayed")?.integer == 2)
        #expect(first["next_start_at"] == "2026-11-21T09:30:05.123000Z")
        let (cursor, filter) = (try #require(first["next_cursor"]), try #require(first.member("filter")))
        let mixed = try await api.call(.post, path, as: ada, #"{"filter":{},"cursor":"\#(cursor)"}"#)
        #expect(mixed.status == 400 && mixed.pointers == ["/cursor"])
        let rest = try await api.call(.post, path, as: ada, #"{"filter":\#(filter.text),"cursor":"\#(cursor)"}"#)
        #expect(rest.member("replayed")?.integer == 1 && rest["next_cursor"] == nil)
    }

    @Test func `one is replayed by its id`() async throws {
        let ada = try await api.bearer()
        let (one, other) = (try await api.submit(ada), try await api.submit(ada))
        for job in [one, other] { try await api.kill(job.id) }
        let reply = try await api.call(
            .post, "/api/v1/dead-letters/replay", as: ada, #"{"filter":{"ids":["\#(one.id)"]}}"#)
        #expect(reply.member("replayed")?.integer == 1)
        #expect(try await api.store.find(other.id, owner: nil)?.state == .dead)
    }

    @Test(arguments: [
        ("{}", ["/filter"]), (#"{"filter":[]}"#, ["/filter"]), (#"{"filter":{"colour":1}}"#, ["/filter/colour"]),
        (#"{"filter":{"ids":[]}}"#, ["/filter/ids"]), (#"{"filter":{"ids":["x"]}}"#, ["/filter/ids/0"]),
        (#"{"filter":{"type":"x"}}"#, ["/filter/type"]),
        (
            #"{"filter":{},"limit":0,"rate":0,"dry_run":1,"start_at":"now","cursor":"x","more":1}"#,
            ["/limit", "/dry_run", "/rate", "/start_at", "/cursor", "/more"]
        ),
        (#"{"filter":{},"limit":10001}"#, ["/limit"]),
    ])
    func `a wrong replay is refused with its faults`(body: String, pointers: [String]) async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.post, "/api/v1/dead-letters/replay", as: ada, body)
        #expect(reply.status == 400 && reply.pointers == pointers)
    }

    @Test func `replaying needs the scope to write jobs`() async throws {
        let reader = try await api.bearer("reader", [.jobsRead])
        let reply = try await api.call(.post, "/api/v1/dead-letters/replay", as: reader, #"{"filter":{}}"#)
        #expect(reply.status == 403 && reply["code"] == "forbidden")
    }
}
