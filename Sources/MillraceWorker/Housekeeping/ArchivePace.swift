/// How much the archiver does at a time, and how long it rests.
public struct ArchivePace: Hashable, Sendable {
    /// How long a step should take: shorter ones grow, longer ones shrink.
    public var step: Duration
    /// How long the archiver rests after a step, as a multiple of the time that the store of live jobs was busy with it.
    public var rest: Double

    /// Makes a pace.
    public init(step: Duration, rest: Double) {
        self.step = step
        self.rest = rest
    }
}
