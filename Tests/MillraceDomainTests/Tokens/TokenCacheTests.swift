import MillraceDomain
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TokenCacheTests {
    let ada = UserID(SequentialIDs.id(1))
    let bob = UserID(SequentialIDs.id(2))

    /// Everything a test needs; the clock stands still until it is moved.
    private struct Bench: Sendable {
        let store = GatedTokens()
        let events = Recorder<TokenCache.Event>()
        let clock = StandingClock()
        let cache: TokenCache

        init(_ limits: TokenCacheLimits = TokenCacheLimits()) {
            let (clock, events) = (clock, events)
            cache = TokenCache(
                tokens: store, limits: limits, now: { clock.now }, note: { events.record($0) })
        }

        var now: ContinuousClock.Instant { clock.now }

        func advance(by time: Duration) {
            clock.advance(by: time)
        }

        /// Everything up to now has been told.
        func prove() {
            cache.hear(.complete(until: now))
        }
    }

    private func digest(_ number: Int) -> TokenDigest {
        TokenDigest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 8 * 8)) })
    }

    private func bearer(_ user: UserID, for time: Duration? = nil) -> TokenBearer {
        TokenBearer(caller: Caller(userID: user, scopes: [.jobsRead]), validFor: time)
    }

    @Test func `a token is looked up once and remembered while changes are heard`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.prove()
        for _ in 0..<3 { #expect(try await bench.cache.caller(for: digest(1))?.userID == ada) }
        #expect(bench.store.lookUps.elements.count == 1)
        #expect(bench.events.elements == [.miss, .hit, .hit])
        #expect(bench.cache.takeInterest())
        #expect(!bench.cache.takeInterest())
    }

    @Test func `nothing is remembered before the first proof, nor once the last is too old`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        for _ in 0..<2 { #expect(try await bench.cache.caller(for: digest(1)) != nil) }
        bench.prove()
        for _ in 0..<2 { #expect(try await bench.cache.caller(for: digest(1)) != nil) }
        bench.advance(by: .milliseconds(899))
        #expect(try await bench.cache.caller(for: digest(1)) != nil)
        bench.store.set(nil, for: digest(1))
        bench.advance(by: .milliseconds(1))
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        #expect(bench.events.elements == [.bypass, .bypass, .miss, .hit, .hit, .bypass])
    }

    @Test func `a proof that comes late counts from when it was asked for`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        let asked = bench.now
        bench.advance(by: .milliseconds(900))
        bench.cache.hear(.complete(until: asked))
        _ = try await bench.cache.caller(for: digest(1))
        #expect(bench.events.elements == [.bypass])
    }

    @Test func `a change is heard of by the tokens of its user, or of everybody`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.store.set(bearer(bob), for: digest(2))
        bench.prove()
        for number in 1...2 { _ = try await bench.cache.caller(for: digest(number)) }
        for number in 1...2 { bench.store.set(nil, for: digest(number)) }
        bench.cache.hear(.changed(ada))
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        #expect(try await bench.cache.caller(for: digest(2)) != nil)
        bench.cache.hear(.changed(nil))
        #expect(try await bench.cache.caller(for: digest(2)) == nil)
        #expect(bench.events.elements.count { $0 == .invalidation } == 2)
    }

    @Test(arguments: [TokenNews.changed(nil), .interrupted])
    func `what was read while something changed is answered and not remembered`(news: TokenNews) async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.prove()
        bench.store.close()
        let first = Task { try await bench.cache.caller(for: digest(1)) }
        try await bench.store.lookUps.wait(forCount: 1)
        bench.store.set(nil, for: digest(1))
        bench.cache.hear(news)
        bench.prove()
        // Neither does anybody join it from now on.
        let second = Task { try await bench.cache.caller(for: digest(1)) }
        try await bench.store.lookUps.wait(forCount: 2)
        bench.store.open()
        #expect(try await first.value != nil)
        #expect(try await second.value == nil)
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        #expect(bench.store.lookUps.elements.count == 2)
    }

    @Test func `an interruption forgets everything, and trust begins anew`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.prove()
        _ = try await bench.cache.caller(for: digest(1))
        bench.cache.hear(.interrupted)
        bench.store.set(nil, for: digest(1))
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        bench.prove()
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        #expect(bench.events.elements == [.miss, .bypass, .miss])
    }

    @Test func `those who ask at the same time share one look-up, for as long as it is young`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.store.close()
        bench.prove()
        var callers = (0..<10).map { _ in Task { try await bench.cache.caller(for: digest(1)) } }
        try await bench.events.wait(forCount: 10)
        #expect(bench.events.elements.count { $0 == .miss } == 1)
        // The first to ask goes away, and nobody else minds.
        callers[0].cancel()
        bench.advance(by: .milliseconds(900))
        bench.prove()
        callers.append(Task { try await bench.cache.caller(for: digest(1)) })
        try await bench.store.lookUps.wait(forCount: 2)
        bench.store.open()
        for caller in callers { #expect(try await caller.value?.userID == ada) }
        #expect(bench.store.lookUps.elements.count == 2)
    }

    @Test func `a token ends when it does in the store, and is looked up again at its age`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada, for: .milliseconds(500)), for: digest(1))
        bench.store.set(bearer(bob), for: digest(2))
        bench.prove()
        for number in 1...2 { _ = try await bench.cache.caller(for: digest(number)) }
        bench.store.set(nil, for: digest(1))
        bench.advance(by: .milliseconds(499))
        #expect(try await bench.cache.bearer(of: digest(1))?.validFor == .milliseconds(1))
        bench.advance(by: .milliseconds(1))
        #expect(try await bench.cache.bearer(of: digest(1)) == nil)
        bench.advance(by: .seconds(59) + .milliseconds(500))
        bench.prove()
        bench.store.set(nil, for: digest(2))
        #expect(try await bench.cache.bearer(of: digest(2)) == nil)
    }

    @Test func `a flood of unknown tokens pushes out no valid one, and memory is bounded`() async throws {
        let bench = Bench(TokenCacheLimits(entries: 100, unknownEntries: 10))
        bench.store.set(bearer(ada), for: digest(1))
        bench.prove()
        _ = try await bench.cache.caller(for: digest(1))
        for number in 1000..<2000 { #expect(try await bench.cache.caller(for: digest(number)) == nil) }
        _ = try await bench.cache.caller(for: digest(1))
        #expect(bench.events.elements.last == .hit)
        for number in 2000..<3000 {
            bench.store.set(bearer(bob), for: digest(number))
            _ = try await bench.cache.caller(for: digest(number))
        }
        // Forgotten by now: it is looked up, not lost.
        #expect(try await bench.cache.caller(for: digest(1))?.userID == ada)
        #expect(bench.events.elements.last == .miss)
    }

    @Test func `an unknown token is remembered for two seconds, or until one is made`() async throws {
        let bench = Bench()
        bench.prove()
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        bench.store.set(bearer(ada), for: digest(1))
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
        bench.cache.hear(.changed(ada))
        #expect(try await bench.cache.caller(for: digest(1)) != nil)
        #expect(try await bench.cache.caller(for: digest(2)) == nil)
        bench.store.set(bearer(ada), for: digest(2))
        bench.advance(by: .seconds(2))
        bench.prove()
        #expect(try await bench.cache.caller(for: digest(2)) != nil)
    }

    @Test func `a token that is taken back here is forgotten at once, however that ended`() async throws {
        let bench = Bench()
        bench.store.set(bearer(ada), for: digest(1))
        bench.prove()
        _ = try await bench.cache.caller(for: digest(1))
        bench.store.set(nil, for: digest(1))
        await #expect(throws: DomainError.ambiguous) {
            try await bench.cache.revoke(TokenID(SequentialIDs.id(9)), userID: ada)
        }
        #expect(try await bench.cache.caller(for: digest(1)) == nil)
    }
}
