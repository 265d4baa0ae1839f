import MillraceDomain
import Testing

@testable import MillraceWorker

struct `Events that wait` {
    private let queue = EventQueue()
    private let other = TopicPartition(topic: "jobs", partition: 7)

    init() {
        queue.add(.assigned(1, [.first, other]))
        _ = queue.take()
    }

    private func add(_ offsets: ClosedRange<Int64>, of partition: TopicPartition = .first, bytes: Int = 1) {
        let text = String(repeating: "x", count: bytes)
        queue.add(.records(1, partition, offsets.map { .words(text, offset: $0) }))
    }

    /// Of each event that is left the offsets of its records; none of those that have no records.
    private func taken() -> [[Int64]] {
        var offsets: [[Int64]] = []
        while let event = queue.take() {
            guard case .records(_, _, let records) = event else {
                offsets.append([])
                continue
            }
            offsets.append(records.map(\.offset))
        }
        return offsets
    }

    @Test func `records join those of their partition that wait, whatever stands between them`() {
        add(0...1)
        add(0...0, of: other)
        add(2...2)
        add(1...2, of: other)
        #expect(taken() == [[0, 1, 2], [0, 1, 2]])
    }

    @Test func `what is taken is joined by nothing`() {
        add(0...0)
        _ = queue.take()
        add(1...1)
        add(2...2)
        #expect(taken() == [[1, 2]])
    }

    @Test func `records on both sides of a lost position stay apart, and so do repeated ones`() {
        add(0...0)
        queue.add(.positionLost(1, .first, low: 5, high: 9))
        add(5...5)
        add(5...6)
        #expect(taken() == [[0], [], [5], [5, 6]])
    }

    @Test func `a batch has a greatest number of records and of bytes`() {
        let most = Int64(EventQueue.batchRecords)
        add(0...(most - 1))
        add(most...most)
        #expect(taken().map(\.count) == [EventQueue.batchRecords, 1])
        add(0...0, bytes: EventQueue.batchBytes - 1)
        add(1...1, bytes: 2)
        #expect(taken() == [[0], [1]])
    }

    @Test func `a new assignment drops what waits, and its records are its own`() {
        add(0...3)
        queue.add(.assigned(2, [.first]))
        queue.add(.records(2, .first, [.words("x", offset: 9)]))
        #expect(taken() == [[], [9]])
        #expect(!queue.isFull)
    }
}
