import MillraceDomain
import Testing

struct RetryPolicyTests {
    @Test func `the delay doubles from the base to the cap`() {
        let policy = RetryPolicy(base: .seconds(1), cap: .seconds(20))
        let delays = (1...7).map { policy.delay(afterAttempt: $0, spread: 0) }
        #expect(delays == [1, 2, 4, 8, 16, 20, 20].map { .seconds($0) })
    }

    @Test func `the defaults are 1 s, 6 h and 7 d`() {
        let policy = RetryPolicy()
        #expect(policy.base == .seconds(1) && policy.cap == .seconds(21_600) && policy.maxAge == .seconds(604_800))
        #expect(policy.delay(afterAttempt: 25, spread: 0) == .seconds(21_600))
    }

    @Test(arguments: [0, -1, Int.min])
    func `an attempt below the first counts as the first`(_ attempt: Int) {
        #expect(RetryPolicy().delay(afterAttempt: attempt, spread: 0) == .seconds(1))
    }

    @Test func `the hundredth attempt of the greatest policy does not overflow`() {
        let policy = RetryPolicy(base: .seconds(86_400), cap: .seconds(604_800))
        let difference = policy.delay(afterAttempt: 100, spread: 0) - .seconds(604_800)
        #expect((Duration.milliseconds(-1)...Duration.milliseconds(1)).contains(difference))
        #expect(policy.delay(afterAttempt: .max, spread: 0.2) > .seconds(604_800))
    }

    @Test func `the spread is a fifth to either side, also of the cap, and never more`() {
        let policy = RetryPolicy(base: .seconds(100), cap: .seconds(100))
        for (spread, range) in [(0.2, 119.9...120.1), (-0.2, 79.9...80.1), (7.0, 119.9...120.1), (-7.0, 79.9...80.1)] {
            let delay = policy.delay(afterAttempt: 3, spread: spread) / .seconds(1)
            #expect(range.contains(delay), "\(spread)")
        }
    }

    @Test func `what the receiver asks for wins when it is longer`() {
        let policy = RetryPolicy(base: .seconds(10))
        #expect(policy.delay(afterAttempt: 1, spread: 0, retryAfter: .seconds(60)) == .seconds(60))
        #expect(policy.delay(afterAttempt: 1, spread: 0, retryAfter: .seconds(5)) == .seconds(10))
        #expect(policy.delay(afterAttempt: 1, spread: 0, retryAfter: .seconds(-5)) == .seconds(10))
    }

    @Test func `values outside their ranges are drawn inside`() {
        let small = RetryPolicy(base: .zero, cap: .zero, maxAge: .zero)
        #expect(small.base == .milliseconds(1) && small.cap == .milliseconds(1) && small.maxAge == .milliseconds(1))
        let great = RetryPolicy(base: .seconds(1e9), cap: .seconds(1e9), maxAge: .seconds(1e12))
        #expect(great.base == .seconds(86_400))
        #expect(great.cap == .seconds(604_800))
        #expect(great.maxAge == .seconds(31_536_000))
        #expect(RetryPolicy(base: .seconds(60), cap: .seconds(1)).cap == .seconds(60))
    }

    @Test func `an override replaces member by member`() {
        let policy = RetryPolicy(base: .seconds(2), cap: .seconds(3), maxAge: .seconds(4))
        #expect(policy.overridden(by: nil) == policy)
        let override = RetryOverride(base: nil, cap: .seconds(9), maxAge: nil)
        let expected = RetryPolicy(base: .seconds(2), cap: .seconds(9), maxAge: .seconds(4))
        #expect(policy.overridden(by: override) == expected)
    }
}
