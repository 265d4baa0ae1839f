/// A limit on how often something may be done.
public struct RateSettings: Sendable, Equatable {
    /// How many a second in the long run; 0 for no limit (`….perSecond`).
    public var perSecond: Int
    /// How many at once after a rest (`….burst`).
    public var burst: Int

    init(reading values: inout SettingsReader, below key: String, perSecond: Int, burst: Int) {
        self.perSecond = values.int("\(key).perSecond", default: perSecond, in: 0...1_000_000)
        self.burst = values.int("\(key).burst", default: burst, in: 1...1_000_000)
    }
}
