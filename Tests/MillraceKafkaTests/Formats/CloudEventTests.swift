import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct CloudEventTests {
    private let payload = #"{"b": 1.0e2, "a":[ ], "ä":"\u00e4"}"#
    private let topic = "millrace.jobs.mail"
    private let jobID = "0193a5f2-7c00-7abc-8def-0123456789ab"

    private var extensions: [String: String] {
        [
            "mrid": jobID, "mrrunat": "2026-11-21T09:30:00.123Z", "mrexpiresat": "2026-11-22T09:30:00Z",
            "mrpriority": "9", "mrmaxattempts": "3", "mrtimeoutms": "1500", "subject": "someone else's",
        ]
    }

    private func event(_ extensions: [String: String] = [:]) throws -> CloudEvent {
        CloudEvent(id: "A-1", source: "/shop", type: "mail.send", extensions: extensions, data: try JSONText(payload))
    }

    @Test func `a binary event is these bytes`() throws {
        let message = try event(["mrpriority": "9"]).binaryMessage(topic: topic)
        let lines = message.headers.map { "\($0.name): \(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(
            lines == [
                "ce_id: A-1", "ce_mrpriority: 9", "ce_source: /shop", "ce_specversion: 1.0", "ce_type: mail.send",
                "content-type: application/json",
            ])
        #expect(message.value == Array(payload.utf8))
    }

    @Test func `a structured event is these bytes`() throws {
        let message = try event(["mrpriority": "9"]).structuredMessage(topic: topic)
        #expect(message.headers == [.init("content-type", "application/cloudevents+json")])
        #expect(
            String(decoding: message.value ?? [], as: UTF8.self)
                == #"{"id":"A-1","mrpriority":"9","source":"/shop","specversion":"1.0","type":"mail.send","#
                + #""datacontenttype":"application/json","data":"# + payload + "}")
    }

    @Test func `both modes say the same, and the payload stays as it was sent`() throws {
        let event = try event(extensions)
        let binary = KafkaRecordDecoder.sample.submission(of: .sample(event.binaryMessage(topic: topic)))
        let structured = KafkaRecordDecoder.sample.submission(of: .sample(event.structuredMessage(topic: topic)))
        let submission = try #require(binary)
        #expect(structured == binary)
        #expect(submission.identity == RecordIdentity.event(source: "/shop", id: "A-1").uniqueID)
        #expect(submission.jobID == JobID(jobID))
        #expect(submission.ownerID == nil)
        let expected = JobSubmission(
            id: JobID(jobID), kind: try JobKind("mail.send"), payload: try JSONText(payload),
            queue: try QueueName("mail"), runAt: Timestamp("2026-11-21T09:30:00.123Z"),
            expiresAt: Timestamp("2026-11-22T09:30:00Z"), priority: 9, maxAttempts: 3, timeout: .milliseconds(1500))
        #expect(submission.submission == expected)
    }

    @Test func `an event without job id gets one of its identity`() throws {
        let decoder = KafkaRecordDecoder.sample
        let first = try #require(decoder.submission(of: .sample(try event().binaryMessage(topic: topic))))
        let again = decoder.submission(of: .sample(try event().structuredMessage(topic: "millrace.jobs.sms")))
        #expect(first.jobID == RecordIdentity.event(source: "/shop", id: "A-1").derivedJobID)
        #expect(again?.jobID == first.jobID)
        #expect(again?.identity == first.identity)
        #expect(first.submission.id == nil)
    }

    @Test func `a structured event may write extensions as JSON numbers and leave data out`() throws {
        let record = SourceRecord.sample(
            #"{"specversion":"1.0","id":"1","source":"s","type":"noop","mrpriority":7,"extra":true,"time":null}"#,
            ["Content-Type": "application/cloudevents+json; charset=utf-8"])
        let submission = try #require(KafkaRecordDecoder.sample.submission(of: record))
        #expect(submission.submission.priority == 7)
        #expect(submission.submission.payload == .emptyObject)
    }

    @Test func `an owner is taken from a record only where that is trusted`() throws {
        let owner = "0193a5f2-7c00-7abc-8def-ffffffffffff"
        let record = SourceRecord.sample(try event(["mrowner": owner]).binaryMessage(topic: topic))
        #expect(KafkaRecordDecoder.sample.reason(of: record)?.code == .invalidSubmission)
        let trusting = KafkaRecordDecoder(settings: KafkaSettings(brokers: "b:1", trustOwnerHeader: true))
        #expect(trusting.submission(of: record)?.ownerID == UserID(owner))
    }

    @Test func `the payload may nest as deeply in an event as alone`() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        let event = CloudEvent(id: "1", source: "s", type: "noop", data: try JSONText(deep))
        let record = SourceRecord.sample(event.structuredMessage(topic: topic))
        #expect(KafkaRecordDecoder.sample.submission(of: record)?.submission.payload.text == deep)
    }
}
