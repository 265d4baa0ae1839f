/// What determines a simulation: the same scenario is the same run, step by step.
public struct Scenario: Hashable, Sendable, CustomStringConvertible {
    /// Where all randomness comes from.
    public var seed: UInt64
    /// How many jobs are asked for.
    public var jobs: Int
    /// The faults that are left out.
    public var without: Set<FaultKind>
    /// Whether some jobs have ordering keys.
    public var isKeyed: Bool
    /// The bug that is planted; nil for none.
    public var plant: Plant?

    /// Makes a scenario.
    public init(
        seed: UInt64, jobs: Int = 20, without: Set<FaultKind> = [], isKeyed: Bool = true,
        plant: Plant? = nil
    ) {
        self.seed = seed
        self.jobs = jobs
        self.without = without
        self.isKeyed = isKeyed
        self.plant = plant
    }

    /// As it is given to `make simulate`.
    public var description: String {
        var words = ["SEED=\(seed)"]
        if jobs != 20 { words.append("JOBS=\(jobs)") }
        if !without.isEmpty { words.append("WITHOUT=" + without.map(\.name).sorted().joined(separator: ",")) }
        if !isKeyed { words.append("KEYED=0") }
        if let plant { words.append("PLANT=\(plant.rawValue)") }
        return words.joined(separator: " ")
    }
}
