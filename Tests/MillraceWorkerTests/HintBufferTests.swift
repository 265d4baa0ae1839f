import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite struct `Hints of ready jobs` {
    private let ids = (1...5).map { JobID(SequentialIDs.id($0)) }
    private func buffer(bound: Int) -> HintBuffer { HintBuffer(bound: bound, onArrival: Wake(), onLevel: Wake()) }

    @Test func `each is kept once, in order of arrival`() {
        let buffer = buffer(bound: 10)
        #expect(buffer.add([ids[0], ids[1], ids[0]]) == 0)
        #expect(buffer.add([ids[1], ids[2]]) == 0)
        #expect(buffer.take(10) == [ids[0], ids[1], ids[2]])
    }

    @Test func `what does not fit is dropped and counted`() {
        let buffer = buffer(bound: 3)
        #expect(buffer.add(ids) == 2)
        #expect(buffer.count == 3)
        #expect(buffer.take(10) == Array(ids[..<3]))
    }

    @Test func `what is put back comes first, and may come again after it was taken`() {
        let buffer = buffer(bound: 10)
        buffer.add([ids[0], ids[1], ids[2]])
        let taken = buffer.take(2)
        buffer.add([ids[0]])
        #expect(buffer.count == 4)
        buffer.settle(2, puttingBack: taken)
        #expect(buffer.take(10) == [ids[1], ids[2], ids[0]])
        buffer.settle(3)
        buffer.add([ids[1]])
        #expect(buffer.count == 1)
    }
}
