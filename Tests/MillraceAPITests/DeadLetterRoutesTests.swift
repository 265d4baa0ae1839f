import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct DeadLetterRoutesTests {
    let api = TestAPI()

    private func keepRecord() async throws {
        let source = TopicPartition(topic: "millrace.jobs.default", partition: 3)
        let position = try await api.store.open([source])[0]
        let record = SourceRecord(
            source: source, offset: 42, timestamp: ManualClock.start, key: nil, value: [0xFF, 0x00],
            headers: [.init(name: "ce_id", value: Array("1".utf8)), .init(name: "ce_id", value: nil)])
        _ = try await api.store.ingest(
            IngestBatch(
                position: position, nextOffset: 43, entries: [],
                dead: [.init(record: record, reason: DeadReason(.malformedJSON, "It is not JSON."))]))
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
                "reason":{"code":"malformed_json","message":"It is not JSON."},"topic":"millrace.jobs.default",\
                "partition":3,"offset":42,"timestamp":"2026-11-21T09:30:00.123Z","key":null,"value":"/wA=",\
                "headers":[{"name":"ce_id","value":"MQ=="},{"name":"ce_id","value":null}],\
                "created_at":"2026-11-21T09:30:01.123Z"}}
                """)
        #expect(reply.items[1].text.hasPrefix(#"{"type":"job","job":{"id":"\#(job.id)","#))
    }

    @Test func `anybody else sees only their own dead jobs`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let job = try await api.submit(ada)
        try await api.kill(job.id)
        try await keepRecord()
        #expect(try await api.call(.get, "/api/v1/dead-letters", as: ada).items.count == 1)
        #expect(try await api.call(.get, "/api/v1/dead-letters", as: bob).body == #"{"items":[],"next_cursor":null}"#)
    }
}
