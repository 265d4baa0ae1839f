import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct KafkaMailboxTests {
    private let mailbox = KafkaMailbox(maxRecords: 4, maxBytes: 10_000)
    private let mail = TopicPartition(topic: "millrace.jobs.mail", partition: 3)

    private func post(_ count: Int) {
        let records = (0..<count).map { SourceRecord.sample(offset: Int64($0)) }
        mailbox.post(.records(1, mail, records))
    }

    @Test func `a full box has room again when half of it is taken`() async {
        for _ in 0..<4 { post(1) }
        #expect(mailbox.room.records == 0)
        var drained = 0
        for expected in [0, 1, 1, 1] {
            _ = await mailbox.next { drained += 1 }
            #expect(drained == expected)
        }
        #expect(mailbox.room.records == 4)
    }

    @Test func `bytes fill a box as records do`() {
        mailbox.post(.records(1, mail, [.sample(value: Array(repeating: 0, count: 20_000))]))
        #expect(mailbox.room.records == 0)
    }

    @Test func `what was not taken is gone after a revocation, and the reader hears of it`() async {
        post(3)
        mailbox.revoke(1)
        #expect(mailbox.count == 0)
        guard case .revoked? = await mailbox.next(onDrained: {}) else {
            Issue.record("expected the revocation")
            return
        }
    }

    @Test func `an assignment that the reader never saw ends without a word`() async {
        for id in AssignmentID(1)...1_000 {
            mailbox.post(.assigned(id, [mail]))
            mailbox.revoke(id)
        }
        mailbox.finish()
        #expect(await mailbox.next(onDrained: {}) == nil)
    }

    @Test func `a cancelled reader gets nothing and leaves the events to the next`() async {
        let reader = Task { await mailbox.next(onDrained: {}) }
        reader.cancel()
        #expect(await reader.value == nil)
        post(1)
        #expect(await mailbox.next(onDrained: {}) != nil)
    }
}
