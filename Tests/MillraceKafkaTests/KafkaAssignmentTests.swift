import MillraceDomain
import Testing

@testable import MillraceKafka

@Suite struct KafkaAssignmentTests {
    private let mail = TopicPartition(topic: "millrace.jobs.mail", partition: 0)
    private let sms = TopicPartition(topic: "millrace.jobs.sms", partition: 0)

    private func assignment(at offset: Int64?) -> KafkaAssignment {
        var assignment = KafkaAssignment()
        assignment.assign([mail])
        _ = assignment.begin(1, at: [PartitionStart(source: mail, offset: offset)])
        return assignment
    }

    @Test func `a record behind the position is not read again`() {
        var assignment = assignment(at: 5)
        let accepted = [4, 5, 5, 9, 8].map { assignment.accept(mail, offset: $0) }
        #expect(accepted == [false, true, false, true, false])
        #expect(assignment.next == [mail: 10])
    }

    @Test func `the beginning is wherever the first record is`() {
        var assignment = assignment(at: nil)
        let isAccepted = assignment.accept(mail, offset: 700)
        #expect(isAccepted)
        #expect(assignment.next == [mail: 701])
    }

    @Test func `a partition that is not ours, or not begun, is not read`() {
        var assignment = assignment(at: 0)
        let stranger = (
            assignment.begin(1, at: [PartitionStart(source: sms, offset: 0)]), assignment.accept(sms, offset: 0)
        )
        #expect(stranger == (false, false))
        assignment.assign([mail, sms])
        let tooEarly = assignment.accept(mail, offset: 0)
        let tooLate = assignment.begin(1, at: [PartitionStart(source: mail, offset: 0)])
        #expect((tooEarly, tooLate) == (false, false))
    }

    @Test func `a lost partition rests until it begins anew`() {
        var assignment = assignment(at: 5)
        assignment.lose(mail)
        #expect(assignment.lost == [mail])
        let whileLost = assignment.accept(mail, offset: 6)
        assignment.told(mail)
        let begun = assignment.begin(1, at: [PartitionStart(source: mail, offset: 2)])
        #expect((whileLost, begun) == (false, true))
        #expect(assignment.next == [mail: 2])
    }
}
