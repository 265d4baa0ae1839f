import MillraceDomain

/// Which faults happen, and how often: each sort has a randomness and, seed by seed, a strength of its own.
final class Faults {
    /// For what nodes are like.
    let nodes: Chance
    /// Whether faults are still made.
    private(set) var isActive = true
    private var chances: [Chance]
    private var strengths: [Double]
    private static let kinds = FaultKind.allCases

    init(_ scenario: Scenario) {
        nodes = Chance(seed: scenario.seed, stream: 1)
        chances = Self.kinds.indices.map { Chance(seed: scenario.seed, stream: 100 + UInt64($0)) }
        var levels = Chance(seed: scenario.seed, stream: 2)
        strengths = Self.kinds.map { kind in
            let level = levels.pick([0, 0, 1, 1, 1, 3])
            return scenario.without.contains(kind) ? 0 : Double(level)
        }
    }

    /// Whether this seed has the fault at all.
    func isOn(_ kind: FaultKind) -> Bool { strengths[index(kind)] > 0 }

    /// Whether the fault happens now.
    func hits(_ kind: FaultKind, _ probability: Double) -> Bool {
        let index = index(kind)
        guard isActive, strengths[index] > 0 else { return false }
        return chances[index].hits(min(probability * strengths[index], 0.9))
    }

    /// How long a fault lasts.
    func length(_ kind: FaultKind, _ range: ClosedRange<Int>) -> Duration {
        chances[index(kind)].milliseconds(range)
    }

    /// A choice that a fault makes.
    func number(_ kind: FaultKind, _ range: ClosedRange<Int>) -> Int { chances[index(kind)].number(range) }

    /// From now on nothing goes wrong.
    func heal() {
        isActive = false
    }

    private func index(_ kind: FaultKind) -> Int { kind.rawValue }
}

extension World {
    /// Whether a fault happens now; it is counted.
    func hits(_ kind: FaultKind, _ probability: Double) -> Bool {
        guard faults.hits(kind, probability) else { return false }
        counts[kind] += 1
        return true
    }
}
