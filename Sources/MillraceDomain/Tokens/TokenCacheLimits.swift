/// How much of the tokens is remembered, and for how long.
public struct TokenCacheLimits: Sendable, Equatable {
    /// How many valid tokens at most, at least 2.
    public var entries: Int
    /// How long after its look-up a valid token is looked up again.
    public var maxAge: Duration
    /// How many digests at most that are nobody's token. Kept apart, so that a flood of them pushes out no valid one.
    public var unknownEntries: Int
    /// How long after its look-up such a digest is looked up again.
    public var unknownMaxAge: Duration
    /// How long after the last moment until which everything is known to have been told memory counts: what is promised
    /// of a token that was taken back, and less than a second.
    public var patience: Duration

    /// Limits with the defaults that suit one process.
    public init(
        entries: Int = 10_000, maxAge: Duration = .seconds(60), unknownEntries: Int = 1000,
        unknownMaxAge: Duration = .seconds(2), patience: Duration = .milliseconds(900)
    ) {
        self.entries = entries
        self.maxAge = maxAge
        self.unknownEntries = unknownEntries
        self.unknownMaxAge = unknownMaxAge
        self.patience = patience
    }
}
