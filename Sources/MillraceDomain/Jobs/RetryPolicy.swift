/// When a failed job runs again.
///
/// The delay after the n-th attempt is `min(cap, base · 2^(n−1)) · (1 + u)` with u uniform in ±0.2, so that jobs
/// that failed together do not come back together.
public struct RetryPolicy: Hashable, Sendable {
    /// The delay after the first attempt, 1 ms – 24 h.
    public let base: Duration
    /// The longest delay before the spread, at least `base`, up to 7 d.
    public let cap: Duration
    /// A job older than this is not tried again, up to 365 d.
    public let maxAge: Duration

    /// Makes a policy; values outside their ranges are drawn to the nearest one inside.
    public init(
        base: Duration = .seconds(1), cap: Duration = .seconds(6 * 3600), maxAge: Duration = .seconds(7 * 86_400)
    ) {
        self.base = min(max(base, .milliseconds(1)), .seconds(86_400))
        self.cap = min(max(cap, self.base), .seconds(7 * 86_400))
        self.maxAge = min(max(maxAge, .milliseconds(1)), .seconds(365 * 86_400))
    }

    /// The delay after the `attempt`-th attempt, from 1.
    ///
    /// - Parameters:
    ///   - spread: u above, −0.2 to 0.2.
    ///   - retryAfter: what the handler or the receiver asked for; it wins when it is longer.
    public func delay(afterAttempt attempt: Int, spread: Double, retryAfter: Duration? = nil) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 40)
        let exponential = min(cap, base * (1 << doublings))
        let delay = exponential * (1 + min(max(spread, -0.2), 0.2))
        return max(delay, retryAfter ?? .zero)
    }
}

/// What a submission asks for instead of its kind's retry policy, member by member.
public struct RetryOverride: Hashable, Sendable {
    /// Replaces `RetryPolicy.base`.
    public let base: Duration?
    /// Replaces `RetryPolicy.cap`.
    public let cap: Duration?
    /// Replaces `RetryPolicy.maxAge`.
    public let maxAge: Duration?

    /// Makes an override.
    public init(base: Duration?, cap: Duration?, maxAge: Duration?) {
        self.base = base
        self.cap = cap
        self.maxAge = maxAge
    }
}

extension RetryPolicy {
    /// This policy with an override's members in place of its own.
    public func overridden(by override: RetryOverride?) -> RetryPolicy {
        guard let override else { return self }
        return RetryPolicy(
            base: override.base ?? base, cap: override.cap ?? cap, maxAge: override.maxAge ?? maxAge)
    }
}
