import MillraceDomain
import TestKit

/// The whole system in one thread and no time, from a seed.
public enum Simulation {
    /// What became of one run.
    public struct Verdict: Sendable {
        /// What was run.
        public let scenario: Scenario
        /// The promise that was broken; nil for none.
        public let violation: Violation?
        /// What happened.
        public let counts: Counts
        /// How many things happened.
        public let steps: Int
        /// How long it took in the simulated world.
        public let took: Duration
        /// A line a step, when it was asked for.
        public let trace: [String]
    }

    /// Runs a scenario; it returns the same for the same, whenever and wherever it is run.
    public static func run(_ scenario: Scenario, isTraced: Bool = false) -> Verdict {
        let world = World(scenario, isTraced: isTraced)
        let fleet = Fleet(world)
        fleet.start()
        var checkedAt = 0
        world.run {
            guard world.steps > checkedAt + 20 else { return false }
            checkedAt = world.steps
            if world.elapsed > World.limit { return true }
            return world.elapsed > Nemesis.span && fleet.isAtRest
        }
        fleet.checkEnd()
        world.end(fleet.nodes)
        return Verdict(
            scenario: scenario, violation: world.violation, counts: world.counts, steps: world.steps,
            took: world.elapsed, trace: world.trace.lines)
    }
}
