import Testing

@testable import MillraceAPI

struct RateTableTests {
    private static let start = ContinuousClock.now

    private func table(_ perSecond: Int, _ burst: Int, sets: Int = 64) -> RateTable {
        RateTable(Rate(perSecond: perSecond, burst: burst), sets: sets, start: Self.start)
    }

    @Test func `a rested caller may do so many at once, and then one at a time`() {
        var table = table(10, 3)
        for remaining in [2, 1, 0] {
            let standing = table.take(7, at: Self.start)
            #expect(standing.isAllowed)
            #expect(standing.remaining == remaining)
            #expect(standing.nextAfter == (remaining == 0 ? .milliseconds(100) : .zero))
        }
        let refused = table.take(7, at: Self.start)
        #expect(!refused.isAllowed)
        #expect(refused.nextAfter == .milliseconds(100))
        #expect(refused.fullAfter == .milliseconds(300))
        #expect(!table.take(7, at: Self.start + .milliseconds(99)).isAllowed)
        #expect(table.take(7, at: Self.start + .milliseconds(100)).isAllowed)
        #expect(!table.take(7, at: Self.start + .milliseconds(100)).isAllowed)
        #expect(table.take(7, at: Self.start + .seconds(3600)).remaining == 2)
    }

    @Test func `refusals cost nothing, and callers do not touch each other`() {
        var table = table(1, 1)
        #expect(table.take(1, at: Self.start).isAllowed)
        for _ in 0..<100 { #expect(!table.take(1, at: Self.start).isAllowed) }
        #expect(table.take(1, at: Self.start + .seconds(1)).isAllowed)
        #expect(table.take(2, at: Self.start).isAllowed)
    }

    @Test func `what is given back may be taken again`() {
        var table = table(1, 1)
        #expect(table.take(1, at: Self.start).isAllowed)
        table.giveBack(1)
        table.giveBack(2)
        #expect(table.take(1, at: Self.start).isAllowed)
        #expect(!table.take(1, at: Self.start).isAllowed)
    }

    @Test func `over any time nobody gets more than the burst and the rate`() {
        var table = table(7, 5)
        var (allowed, random) = (0, UInt64(42))
        var at = Duration.zero
        while at < .seconds(60) {
            allowed += table.take(9, at: Self.start + at).isAllowed ? 1 : 0
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            at += .milliseconds(Int64(random >> 60) * 9)
        }
        #expect((7 * 59...5 + 7 * 60).contains(allowed), "\(allowed)")
    }

    @Test func `pushing callers out of a full table gives nobody a new bucket`() {
        // One set: every caller is in everybody's way.
        var table = table(1, 10, sets: 1)
        for caller in 0..<4 {
            for _ in 0..<10 { #expect(table.take(caller, at: Self.start).isAllowed) }
        }
        // Thousands of newcomers inherit debts that leave them nothing, and so does who comes back.
        for caller in 4..<4000 { #expect(!table.take(caller, at: Self.start).isAllowed) }
        for caller in 0..<4 { #expect(!table.take(caller, at: Self.start).isAllowed) }
        var allowed = 0
        for caller in 0..<4000 { allowed += table.take(caller, at: Self.start + .seconds(1)).isAllowed ? 1 : 0 }
        #expect(allowed == 4)
    }

    @Test func `a newcomer takes a full bucket before anybody's debt`() {
        var table = table(1, 10, sets: 1)
        for caller in 0..<3 { _ = table.take(caller, at: Self.start) }
        #expect(table.take(100, at: Self.start).remaining == 9)
        #expect(table.take(101, at: Self.start + .seconds(1)).remaining == 9)
        #expect(table.take(0, at: Self.start + .seconds(1)).isAllowed)
    }
}
