import MillraceDomain
import TestKit
import Testing

@testable import MillraceKafka

@Suite struct UnreadableRecordTests {
    @Test(arguments: UnreadableRecord.all)
    func `what cannot be read is kept with its reason, whole, and the next record is a job`(
        unreadable: UnreadableRecord
    ) async throws {
        let store = InMemoryStore(clock: ManualClock())
        let owner = UserID(SequentialIDs.id(1, series: 7))
        _ = try await store.create(id: owner, profile: .sample("ingest@example.org", name: "Ingest"))
        let ingest = IngestRecords(
            repository: store, decoder: KafkaRecordDecoder.sample,
            catalogue: HandlerCatalogue(HandlerCatalogue.builtIn), ingestOwner: owner)
        let position = try await store.open([unreadable.record.source])[0]
        guard case .committed(let report) = try await ingest([unreadable.record], at: position) else {
            throw NotCommitted()
        }
        let next = SourceRecord.sample(offset: 43, value: Array(#"{"kind":"noop"}"#.utf8))
        guard case .committed(let after) = try await ingest([next], at: try await store.open([next.source])[0]) else {
            throw NotCommitted()
        }
        #expect(report.position.nextOffset == 43)
        #expect(report.receipt.accepted == 0 && after.receipt.accepted == 1)
        #expect(report.receipt.dead.map(\.reason.code) == [unreadable.code])
        #expect(report.receipt.dead.map(\.record) == [unreadable.record])
        let reason = try #require(report.receipt.dead.first?.reason)
        #expect(!reason.message.isEmpty)
        #expect(!reason.message.contains("\0"))
    }

    @Test func `there are more than enough of them, each another`() {
        #expect(UnreadableRecord.all.count >= 150)
        #expect(Set(UnreadableRecord.all.map(\.record)).count == UnreadableRecord.all.count)
    }

    @Test func `a reason names the attribute or member and not its value`() throws {
        let event = UnreadableRecord.event("", .invalidSubmission, ["ce_mrpriority": "secret"])
        #expect(KafkaRecordDecoder.sample.reason(of: event.record)?.message == "mrpriority: must be a whole number.")
        let plain = SourceRecord.sample(#"{"kind":"noop","priority":10,"prio":1}"#)
        #expect(
            KafkaRecordDecoder.sample.reason(of: plain)?.message
                == "/priority: must be between 0 and 9. /prio: is not known here.")
    }
}

/// The batch was not written.
struct NotCommitted: Error {}
