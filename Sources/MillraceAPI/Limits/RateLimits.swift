import MillraceDomain

/// How often the edge may be asked, and by whom.
struct RateLimits: Sendable {
    /// How often each token may be used; nil for as often as its bearer likes.
    var tokens: Rate?
    /// How many wrong tokens may come from each address; nil for any number.
    var failures: Rate? = Rate(perSecond: 1, burst: 50)
    /// Who is believed about the address of a client.
    var proxies = TrustedProxies([])
}

extension TokenGate {
    /// The gate over the tokens of an edge.
    init(_ dependencies: APIDependencies, _ limits: RateLimits) {
        let now = dependencies.now
        self.init(
            authenticate: Authenticate(tokens: dependencies.tokens),
            failures: limits.failures.map { FailureLimit(RateLimiter($0, now: now)) },
            requests: limits.tokens.map { RateLimiter($0, now: now) })
    }
}
