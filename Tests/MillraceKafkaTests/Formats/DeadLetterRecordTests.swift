import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct DeadLetterRecordTests {
    @Test func `the copy is the record and its story in headers`() throws {
        let record = SourceRecord.sample(
            key: [0, 1], value: [0xFF], headers: [.init("ce_id", "1"), .init(name: "x", value: nil)])
        let dead = DeadRecord(
            id: try #require(DeadRecordID("0193a5f2-7c00-7abc-8def-0123456789ab")), record: record,
            reason: DeadReason(.malformedJSON, "Byte 0: not valid UTF-8."), createdAt: Timestamp(microseconds: 0))
        let copy = DeadLetterRecord.encode(dead, topic: "millrace.dead.mail")
        #expect(copy.topic == "millrace.dead.mail")
        #expect(copy.key == [0, 1])
        #expect(copy.value == [0xFF])
        let added = copy.headers.dropFirst(2).map { "\($0.name): \(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(Array(copy.headers.prefix(2)) == record.headers)
        #expect(
            added == [
                "mr-dlq-reason: malformed_json", "mr-dlq-error-message: Byte 0: not valid UTF-8.",
                "mr-dlq-original-topic: millrace.jobs.mail", "mr-dlq-original-partition: 3",
                "mr-dlq-original-offset: 42", "mr-dlq-original-timestamp: 1763715000123",
            ])
    }

    @Test func `the copy of a dead job is the event that would submit it, and its story`() throws {
        let id = try #require(JobID("0193a5f2-7c00-7abc-8def-0123456789ab"))
        var submission = JobSubmission(kind: try JobKind("mail"), payload: JSONText(stored: "{ }"))
        submission.orderingKey = "k"
        let owner = try #require(UserID("0193a5f2-7c00-7abc-8def-0123456789ac"))
        let job = Job(
            id: id, ownerID: owner, submission: submission, state: .running, attempt: 3,
            createdAt: Timestamp(microseconds: 1_763_715_000_123_456))
        let copy = DeadLetterRecord.encode(DeadJob(job: job, code: "broken", message: "No."), topic: "t")
        #expect(copy.topic == "t" && copy.key == Array("k".utf8) && copy.value == Array("{ }".utf8))
        let headers = copy.headers.map { "\($0.name): \(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(
            headers == [
                "ce_specversion: 1.0", "ce_id: \(id)", "ce_source: /millrace/jobs", "ce_type: mail",
                "content-type: application/json", "ce_partitionkey: k", "mr-dlq-reason: broken",
                "mr-dlq-error-message: No.", "mr-dlq-original-timestamp: 1763715000123", "mr-dlq-job-id: \(id)",
                "mr-dlq-job-owner: \(owner)", "mr-dlq-job-attempt: 3",
            ])
    }
}
