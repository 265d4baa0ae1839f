import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct PlainRecordTests {
    private func submission(id: JobID? = nil) throws -> JobSubmission {
        JobSubmission(
            id: id, kind: try JobKind("mail.send"), payload: try JSONText("{ \"n\" : 1.50 }"),
            queue: try QueueName("mail"), runAt: Timestamp("2026-11-21T09:30:00.123Z"), priority: 7, maxAttempts: 3,
            timeout: .seconds(2), retry: RetryOverride(base: .seconds(1), cap: .seconds(5), maxAge: nil),
            tags: ["a", "b"], metadata: try JSONText(#"{"k":"v"}"#),
            unique: UniqueClaim(key: "k", scope: .window(.seconds(1)), onConflict: .reject))
    }

    @Test func `a plain record is these bytes`() throws {
        let message = PlainRecord.encode(try submission(), topic: "millrace.jobs.mail")
        #expect(message.headers.isEmpty)
        #expect(
            String(decoding: message.value ?? [], as: UTF8.self)
                == #"{"kind":"mail.send","payload":{ "n" : 1.50 },"queue":"mail","#
                + #""run_at":"2026-11-21T09:30:00.123Z","priority":7,"max_attempts":3,"timeout_ms":2000,"#
                + #""retry":{"base_ms":1000,"cap_ms":5000},"tags":["a","b"],"#
                + #""unique":{"key":"k","scope":"window","window_ms":1000,"on_conflict":"reject"},"#
                + #""metadata":{"k":"v"}}"#)
    }

    @Test func `what is sent is what is read`() throws {
        let id = try #require(JobID("0193a5f2-7c00-7abc-8def-0123456789ab"))
        for sent in [try submission(), try submission(id: id)] {
            let record = SourceRecord.sample(PlainRecord.encode(sent, topic: "millrace.jobs.mail"))
            #expect(KafkaRecordDecoder.sample.submission(of: record)?.submission == sent)
        }
    }

    @Test func `its id is its identity, whatever its place`() throws {
        let id = try #require(JobID("0193a5f2-7c00-7abc-8def-0123456789ab"))
        let record = SourceRecord.sample(#"{"kind":"noop","id":"\#(id)"}"#)
        let first = try #require(KafkaRecordDecoder.sample.submission(of: record))
        #expect(first.jobID == id)
        #expect(first.identity == RecordIdentity.job(id).uniqueID)
    }

    @Test func `without id its place is its identity`() throws {
        let record = SourceRecord.sample(#"{"kind":"noop"}"#)
        let submission = try #require(KafkaRecordDecoder.sample.submission(of: record))
        let identity = RecordIdentity.place(record, incarnation: 0)
        #expect(submission.identity == identity.uniqueID)
        #expect(submission.jobID == identity.derivedJobID)
        #expect(submission.submission.queue.text == "mail")
        #expect(submission.submission.payload == .emptyObject)
    }
}
