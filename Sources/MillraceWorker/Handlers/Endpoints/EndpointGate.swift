import MillraceDomain

/// What lets calls of one endpoint through: its limits, and a breaker that closes it after failures in a row and tries
/// it again with one call at a time.
///
/// Limits hold for each consumer. A closure is written to the store and holds for all; the store is the truth of it, so
/// that an endpoint which its owner opens again is open.
struct EndpointGate {
    /// So many failures in a row close an endpoint.
    static let tolerance = 5
    /// For how long the first time; twice as long each time that the try after it fails.
    static let firstRest: Duration = .seconds(10)
    static let longestRest: Duration = .seconds(300)
    /// Nobody is sent away for a shorter time, or told to come back much later than this.
    static let waits: (shortest: Duration, longest: Duration) = (.milliseconds(100), .seconds(300))

    /// Whether a call may begin.
    enum Entry: Hashable {
        case entered
        case wait(Duration)
    }

    private struct Closure {
        var until: ContinuousClock.Instant
        /// Since when the store knows of it; nil while it does not.
        var storedAt: ContinuousClock.Instant?
    }

    private(set) var running = 0
    private(set) var isOnProbation = false
    private var failures = 0
    private var rests = 0
    private var closure: Closure?
    /// When the next call may begin by the rate alone.
    private var nextStart: ContinuousClock.Instant
    /// When the next one that is sent away should come back.
    private var nextTurn: ContinuousClock.Instant
    private var usualTime: Duration = .milliseconds(100)

    init(at now: ContinuousClock.Instant) {
        (nextStart, nextTurn) = (now, now)
    }

    /// Lets a call begin, or says when to ask again: those who are sent away come back one after the other, as fast as
    /// the limits allow.
    mutating func enter(_ known: KnownRoute, at now: ContinuousClock.Instant) -> Entry {
        let route = known.route
        learn(known, now)
        if let end = closure?.until {
            guard end <= now else { return .wait(turn(route, from: end, now)) }
            closure = nil
            isOnProbation = true
        }
        guard running < (isOnProbation ? 1 : route.concurrency) else { return .wait(turn(route, from: now, now)) }
        if let rate = route.rate {
            // A second's worth may begin at once.
            guard nextStart <= now + .seconds(1) - Self.spacing(rate) else { return .wait(turn(route, from: now, now)) }
            nextStart = max(nextStart, now) + Self.spacing(rate)
        }
        running += 1
        return .entered
    }

    /// Notes how a call ended.
    ///
    /// - Returns: for how long to close the endpoint, if it is to be closed now.
    mutating func leave(_ end: EndpointCall, took: Duration, at now: ContinuousClock.Instant) -> Duration? {
        running = max(running - 1, 0)
        switch end {
        case .unknown: return nil
        case .answered, .gone:
            (failures, rests, isOnProbation) = (0, 0, false)
            usualTime = (usualTime * 7 + took) / 8
            return nil
        case .failed(let retryAfter):
            failures += 1
            return rest(retryAfter, at: now)
        }
    }

    /// Notes that the store knows of the closure.
    mutating func closureStored(at now: ContinuousClock.Instant) {
        closure?.storedAt = now
    }

    /// Whether it holds nothing that matters.
    func isIdle(at now: ContinuousClock.Instant) -> Bool {
        running == 0 && failures == 0 && !isOnProbation && closure == nil && nextTurn <= now && nextStart <= now
    }

    /// Takes in what the store says: a closure by somebody else, or that one is lifted before its time.
    private mutating func learn(_ known: KnownRoute, _ now: ContinuousClock.Instant) {
        if known.route.closedFor > .zero {
            let end = known.readAt + known.route.closedFor
            if end > closure?.until ?? now { closure = Closure(until: end, storedAt: known.readAt) }
        } else if let storedAt = closure?.storedAt, known.readAt > storedAt, let end = closure?.until, end > now {
            (closure, failures, rests, isOnProbation, nextTurn) = (nil, 0, 0, false, now)
        }
    }

    private mutating func rest(_ retryAfter: Duration?, at now: ContinuousClock.Instant) -> Duration? {
        let isTooMuch = failures >= Self.tolerance || isOnProbation
        var rest = retryAfter ?? .zero
        // Of calls that were under way together the first to fail closes, the others confirm it.
        let isClosed = closure.map { $0.until > now } ?? false
        if isTooMuch, !isClosed {
            rest = max(rest, min(Self.firstRest * (1 << min(rests, 5)), Self.longestRest))
            rests += 1
        }
        guard rest > .zero, now + rest > closure?.until ?? now else { return nil }
        closure = Closure(until: now + rest)
        return rest
    }

    private mutating func turn(
        _ route: WebhookRoute, from start: ContinuousClock.Instant, _ now: ContinuousClock.Instant
    ) -> Duration {
        let byConcurrency = usualTime / (isOnProbation ? 1 : max(route.concurrency, 1))
        let spacing = max(byConcurrency, route.rate.map(Self.spacing) ?? .zero, .milliseconds(1))
        nextTurn = max(nextTurn, start) + spacing
        // Whoever comes after all turns of a while are taken shares them.
        if nextTurn > start + Self.waits.longest { nextTurn = start + spacing }
        return max(nextTurn - now, Self.waits.shortest)
    }

    private static func spacing(_ rate: Int) -> Duration { .seconds(1) / max(rate, 1) }
}
