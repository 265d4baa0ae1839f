import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite struct `The gate of an endpoint` {
    private let start = ContinuousClock.now

    private func route(
        concurrency: Int = 100, rate: Int? = nil, closedFor: Duration = .zero, at time: Duration = .zero
    ) -> KnownRoute {
        let target = WebhookTarget(url: "https://a.org/", secrets: [])
        let route = WebhookRoute(
            id: WebhookEndpointID(SequentialIDs.id(1)), target: target, concurrency: concurrency, rate: rate,
            closedFor: closedFor)
        return KnownRoute(route: route, readAt: start + time)
    }

    private func wait(_ entry: EndpointGate.Entry) -> Duration? {
        if case .wait(let duration) = entry { duration } else { nil }
    }

    @Test func `no more calls are under way than the limit says`() {
        var gate = EndpointGate(at: start)
        for _ in 0..<3 { #expect(gate.enter(route(concurrency: 3), at: start) == .entered) }
        #expect(wait(gate.enter(route(concurrency: 3), at: start)) != nil)
        #expect(gate.leave(.answered, took: .seconds(1), at: start) == nil)
        #expect(gate.enter(route(concurrency: 3), at: start) == .entered)
        #expect(wait(gate.enter(route(concurrency: 3), at: start)) != nil)
    }

    @Test func `no more calls begin in any second than the rate says, after a first second's worth`() {
        var gate = EndpointGate(at: start)
        var entries: [Duration] = []
        for step in 0..<400 {
            let time = Duration.milliseconds(step * 10)
            if gate.enter(route(rate: 10), at: start + time) == .entered { entries.append(time) }
        }
        // Ten at once, then one every 100 ms.
        #expect(entries.filter { $0 == .zero }.count <= 10)
        #expect((48...50).contains(entries.count))
        for first in entries {
            #expect(entries.count { $0 >= first && $0 < first + .seconds(1) } <= 20)
        }
    }

    @Test func `those who are sent away come back one after the other, as fast as the limits allow`() {
        var gate = EndpointGate(at: start)
        for _ in 0..<10 { _ = gate.enter(route(rate: 10), at: start) }
        let waits = (0..<50).compactMap { _ in wait(gate.enter(route(rate: 10), at: start)) }
        #expect(waits == (1...50).map { .milliseconds(100 * $0) })
        let many = (0..<5000).compactMap { _ in wait(gate.enter(route(rate: 10), at: start)) }
        #expect(many.allSatisfy { $0 <= EndpointGate.waits.longest })
    }

    @Test func `five failures in a row close it, for longer each time the try after it fails`() {
        var gate = EndpointGate(at: start)
        for number in 1...5 {
            #expect(gate.enter(route(), at: start) == .entered)
            let rest = gate.leave(.failed(retryAfter: nil), took: .zero, at: start)
            #expect(rest == (number == 5 ? .seconds(10) : nil))
        }
        var now = start
        for rest in [20, 40, 80, 160, 300, 300] {
            let left = wait(gate.enter(route(), at: now))
            #expect(left.map { $0 > .seconds(9) } == true)
            now += .seconds(left?.components.seconds ?? 0) + .seconds(1)
            #expect(gate.enter(route(), at: now) == .entered)
            // One try at a time.
            #expect(wait(gate.enter(route(), at: now)) != nil)
            #expect(gate.leave(.failed(retryAfter: nil), took: .zero, at: now) == .seconds(rest))
        }
    }

    @Test func `an answer ends the row, and the probation too`() {
        var gate = EndpointGate(at: start)
        func call(_ end: EndpointCall, at now: ContinuousClock.Instant) -> Duration? {
            #expect(gate.enter(route(), at: now) == .entered)
            return gate.leave(end, took: .zero, at: now)
        }
        for end in [EndpointCall.failed(retryAfter: nil), .failed(retryAfter: nil), .answered, .unknown] {
            for _ in 0..<2 { #expect(call(end, at: start) == nil) }
        }
        for _ in 0..<4 { #expect(call(.failed(retryAfter: nil), at: start) == nil) }
        #expect(call(.failed(retryAfter: nil), at: start) == .seconds(10))
        #expect(call(.answered, at: start + .seconds(10)) == nil)
        #expect(!gate.isOnProbation)
        for _ in 0..<3 { #expect(gate.enter(route(), at: start + .seconds(10)) == .entered) }
    }

    @Test func `of calls that fail together the first that is too much closes it, once`() {
        var gate = EndpointGate(at: start)
        for _ in 0..<20 { #expect(gate.enter(route(), at: start) == .entered) }
        let rests = (0..<20).compactMap { _ in gate.leave(.failed(retryAfter: nil), took: .zero, at: start) }
        #expect(rests == [.seconds(10)])
    }

    @Test func `a Retry-After closes it at once until then`() {
        var gate = EndpointGate(at: start)
        for _ in 0..<2 { #expect(gate.enter(route(), at: start) == .entered) }
        #expect(gate.leave(.failed(retryAfter: .seconds(60)), took: .zero, at: start) == .seconds(60))
        #expect(gate.leave(.failed(retryAfter: .seconds(30)), took: .zero, at: start) == nil)
        #expect(wait(gate.enter(route(), at: start + .seconds(59))) != nil)
        #expect(gate.enter(route(), at: start + .seconds(60)) == .entered)
        #expect(wait(gate.enter(route(), at: start + .seconds(60))) != nil)
    }

    @Test func `what another consumer has closed is closed here, and tried by one call after that`() {
        var gate = EndpointGate(at: start)
        let left = wait(gate.enter(route(closedFor: .seconds(7)), at: start))
        #expect(left.map { $0 >= .seconds(7) && $0 < .seconds(8) } == true)
        #expect(wait(gate.enter(route(at: .seconds(-1)), at: start + .seconds(6))) != nil)
        #expect(gate.enter(route(at: .seconds(8)), at: start + .seconds(8)) == .entered)
        #expect(wait(gate.enter(route(at: .seconds(8)), at: start + .seconds(8))) != nil)
    }

    @Test func `an endpoint that its owner opens again is open, once the store says so`() {
        var gate = EndpointGate(at: start)
        #expect(gate.enter(route(), at: start) == .entered)
        #expect(gate.leave(.failed(retryAfter: .seconds(600)), took: .zero, at: start) == .seconds(600))
        // Not known to the store yet: what it says was said before.
        #expect(wait(gate.enter(route(at: .seconds(1)), at: start + .seconds(1))) != nil)
        gate.closureStored(at: start + .seconds(2))
        #expect(wait(gate.enter(route(at: .seconds(1)), at: start + .seconds(2))) != nil)
        for _ in 0..<3 { #expect(gate.enter(route(at: .seconds(3)), at: start + .seconds(3)) == .entered) }
    }
}
