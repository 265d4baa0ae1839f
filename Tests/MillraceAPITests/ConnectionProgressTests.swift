import NIOCore
import Testing

@testable import MillraceAPI

/// The judgement of connections, at times that the test sets.
struct ConnectionProgressTests {
    private let limits = ConnectionLimits()

    private struct Verdict: Equatable {
        let time: Double
        let fault: ConnectionProgress.Fault
    }

    private static func at(_ seconds: Double) -> NIODeadline {
        .uptimeNanoseconds(1_000_000_000_000 + UInt64(seconds * 1e9))
    }

    /// Looks every half second, with so much taken by the client by then, until there is a fault.
    private func faultTime(
        _ progress: inout ConnectionProgress, total: Int = 0, taken: (Double) -> Int = { _ in 0 }
    ) -> Verdict? {
        progress.written += total
        for time in stride(from: 0.5, to: 1000, by: 0.5) {
            let buffered = max(total - taken(time), 0)
            if total > 0, buffered == 0 { return nil }
            if let fault = progress.fault(now: Self.at(time), .init(buffered: buffered), limits: limits) {
                return Verdict(time: time, fault: fault)
            }
        }
        return nil
    }

    @Test func `an idle connection is gone within 15 s`() {
        var progress = ConnectionProgress(now: Self.at(0))
        #expect(faultTime(&progress) == Verdict(time: 14, fault: .idle))
    }

    @Test func `a head is told off in time to be gone within 10 s`() {
        var progress = ConnectionProgress(now: Self.at(0))
        progress.bytesArrived(1, now: Self.at(0))
        for time in 1...20 { progress.bytesArrived(1, now: Self.at(Double(time) / 10)) }
        #expect(faultTime(&progress) == Verdict(time: 8, fault: .head))
    }

    @Test(arguments: [(0, 8.0), (1 << 10, 8), (3 << 10, 12.5), (100 << 10, 28)])
    func `a body is told off in time to be gone within 30 s, a slow one earlier`(bytes: Int, time: Double) {
        var progress = ConnectionProgress(now: Self.at(0))
        progress.bytesArrived(1, now: Self.at(0))
        progress.headArrived(now: Self.at(0), wait: 0)
        progress.bodyArrived(bytes)
        #expect(faultTime(&progress) == Verdict(time: time, fault: .request))
    }

    @Test(arguments: [(0, 28.0), (10, 38)])
    func `an answer must begin within 30 s and what the client wished to wait`(wait: Int, time: Double) {
        var progress = ConnectionProgress(now: Self.at(0))
        progress.headArrived(now: Self.at(0), wait: wait)
        progress.requestArrived(now: Self.at(0))
        #expect(faultTime(&progress) == Verdict(time: time, fault: .answer))
    }

    @Test func `a client that never reads is gone within 30 s`() {
        var progress = ConnectionProgress(now: Self.at(0))
        #expect(faultTime(&progress, total: 25_000_000) == Verdict(time: 29, fault: .write))
    }

    /// The first bytes vanish into the sockets, which is not the client's doing.
    @Test func `what sockets take at once buys a client nothing`() {
        var progress = ConnectionProgress(now: Self.at(0))
        let fault = faultTime(&progress, total: 25_000_000) { $0 < 0.1 ? 0 : 4_000_000 }
        #expect(fault == Verdict(time: 29.5, fault: .write))
    }

    @Test(arguments: [(1 << 10, 31.0), (8 << 10, 58), (15 << 10, 464)])
    func `a client that reads steadily and too slowly is gone after a while`(rate: Int, time: Double) {
        var progress = ConnectionProgress(now: Self.at(0))
        let fault = faultTime(&progress, total: 25_000_000) { Int($0 * Double(rate)) }
        #expect(fault == Verdict(time: time, fault: .write))
    }

    @Test(arguments: [17 << 10, 100 << 10])
    func `a client that reads fast enough gets everything`(rate: Int) {
        var progress = ConnectionProgress(now: Self.at(0))
        #expect(faultTime(&progress, total: 10_000_000, taken: { Int($0 * Double(rate)) }) == nil)
    }

    @Test func `a client may pause for 28 s, and again after it has read on`() {
        var progress = ConnectionProgress(now: Self.at(0))
        let fault = faultTime(&progress, total: 25_000_000) { Int($0 / 28) * 1_000_000 }
        #expect(fault == nil)
    }

    @Test func `while there are too many connections, or too much is kept, patience is short`() {
        var idle = ConnectionProgress(now: Self.at(0))
        #expect(idle.fault(now: Self.at(1), .init(isCrowded: true), limits: limits) == .idle)
        var deaf = ConnectionProgress(now: Self.at(0))
        deaf.written = 1000
        #expect(deaf.fault(now: Self.at(1.9), .init(buffered: 1000, isHeavy: true), limits: limits) == .write)
        #expect(deaf.fault(now: Self.at(2), .init(buffered: 1000), limits: limits) == nil)
    }
}
