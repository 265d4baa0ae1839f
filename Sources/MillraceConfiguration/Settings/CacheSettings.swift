/// What the API remembers of its store.
public struct CacheSettings: Sendable, Equatable {
    /// How many valid tokens at most; 0 for none, so that every request asks Postgres (`cache.tokens.max`).
    public var maxTokens: Int
    /// How long after its look-up a token is looked up again, even if nothing was heard of it
    /// (`cache.tokens.maxAgeMs`, 60 s).
    public var maxTokenAge: Duration

    init(reading values: inout SettingsReader) {
        maxTokens = values.int("cache.tokens.max", default: 10_000, in: 0...1_000_000)
        maxTokenAge = values.milliseconds("cache.tokens.maxAgeMs", default: 60_000, in: 100...3_600_000)
    }
}
