/// How often something may be done: so many times at once, and so many a second in the long run.
struct Rate: Sendable, Equatable {
    /// How many a second, at least 1.
    let perSecond: Int
    /// How many at once after a rest, at least 1.
    let burst: Int

    /// Brings values out of range into it.
    init(perSecond: Int, burst: Int) {
        self.perSecond = min(max(1, perSecond), 1_000_000)
        self.burst = min(max(1, burst), 1_000_000)
    }

    /// The time in which one of them grows back, in nanoseconds.
    var interval: Int64 { 1_000_000_000 / Int64(perSecond) }
    /// The time in which all of them do.
    var window: Int64 { interval * Int64(burst) }
}

/// How a caller stands with a limit.
struct RateStanding: Sendable, Equatable {
    /// The limit.
    let rate: Rate
    /// Whether it may be done now.
    let isAllowed: Bool
    /// How many more there are at once.
    let remaining: Int
    /// When all of them have grown back.
    let fullAfter: Duration
    /// When the next one has; zero when there is one.
    let nextAfter: Duration
}
