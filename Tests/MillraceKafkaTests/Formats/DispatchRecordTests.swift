import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct DispatchRecordTests {
    private let id = "0193a5f2-7c00-7abc-8def-0123456789ab"

    @Test func `a dispatch is two headers and a key`() throws {
        let message = DispatchRecord.encode(try #require(JobID(id)), topic: "millrace.jobs.mail")
        #expect(message.key == Array(id.utf8))
        #expect(message.value == nil)
        #expect(message.headers.map(\.name) == ["mr_dispatch", "ce_id"])
        #expect(message.headers.map { $0.value ?? [] } == [Array("1".utf8), Array(id.utf8)])
    }

    @Test func `what is sent is what is read`() throws {
        let jobID = try #require(JobID(id))
        let record = SourceRecord.sample(DispatchRecord.encode(jobID, topic: "millrace.jobs.mail"))
        #expect(KafkaRecordDecoder.sample.decode(record, incarnation: 7) == .dispatch(jobID))
    }
}
