import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct OrderingKeyTests {
    private static let byKey = KafkaRecordDecoder(
        settings: KafkaSettings(brokers: "localhost:9092", orderByRecordKey: true))

    private func event(_ extensions: [String: String], key: [UInt8]? = nil) -> SourceRecord {
        let event = CloudEvent(id: "A-1", source: "/shop", type: "noop", extensions: extensions, data: .emptyObject)
        return .sample(event.binaryMessage(topic: "millrace.jobs.mail", key: key))
    }

    private func plain(_ json: String, key: String?) -> SourceRecord {
        .sample(key: key.map { Array($0.utf8) }, value: Array(json.utf8))
    }

    @Test func `the partition key of an event is the job's ordering key, in either mode`() throws {
        let submission = KafkaRecordDecoder.sample.submission(of: event(["partitionkey": "kunde 7"]))
        #expect(submission?.submission.orderingKey == "kunde 7")
        let structured = CloudEvent(
            id: "A-1", source: "/shop", type: "noop", extensions: ["partitionkey": "kunde 7"], data: .emptyObject)
        let record = SourceRecord.sample(structured.structuredMessage(topic: "millrace.jobs.mail"))
        #expect(KafkaRecordDecoder.sample.submission(of: record)?.submission.orderingKey == "kunde 7")
    }

    @Test func `a plain record has it as the member of the REST form`() {
        let record = plain(#"{"kind":"noop","ordering_key":"k"}"#, key: "other")
        #expect(KafkaRecordDecoder.sample.submission(of: record)?.submission.orderingKey == "k")
        #expect(Self.byKey.submission(of: record)?.submission.orderingKey == "k")
    }

    @Test func `the record's key counts only where that is configured and the record names no other`() {
        let record = plain(#"{"kind":"noop"}"#, key: "kunde 😀")
        #expect(KafkaRecordDecoder.sample.submission(of: record)?.submission.orderingKey == nil)
        #expect(Self.byKey.submission(of: record)?.submission.orderingKey == "kunde 😀")
        let named = event(["partitionkey": "k"], key: Array("other".utf8))
        #expect(Self.byKey.submission(of: named)?.submission.orderingKey == "k")
        let keyless = [plain(#"{"kind":"noop"}"#, key: nil), plain(#"{"kind":"noop"}"#, key: "")]
        for record in keyless {
            let submission = Self.byKey.submission(of: record)?.submission
            #expect(submission != nil && submission?.orderingKey == nil)
        }
    }

    @Test(arguments: [[0xC3, 0x28], [0x61, 0x00], Array(repeating: 0x61, count: 256)] as [[UInt8]])
    func `a record's key that can be no ordering key is not left out but told`(_ key: [UInt8]) {
        #expect(Self.byKey.reason(of: event([:], key: key))?.code == .invalidSubmission)
        #expect(KafkaRecordDecoder.sample.submission(of: event([:], key: key)) != nil)
    }
}
