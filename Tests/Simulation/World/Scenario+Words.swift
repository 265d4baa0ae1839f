extension FaultKind {
    fileprivate init?(named name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

extension Scenario {
    /// Reads what `description` writes.
    ///
    /// - Returns: nil when a word is not understood.
    public init?(words: [some StringProtocol]) {
        self.init(seed: 1)
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, set(String(parts[0]), String(parts[1])) else { return nil }
        }
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "SEED":
            guard let number = UInt64(value) else { return false }
            seed = number
        case "JOBS":
            guard let number = Int(value), (0...10_000).contains(number) else { return false }
            jobs = number
        case "WITHOUT":
            let kinds = value.split(separator: ",").map { FaultKind(named: String($0)) }
            guard !kinds.contains(nil) else { return false }
            without = Set(kinds.compactMap(\.self))
        case "KEYED": isKeyed = value == "1"
        case "PLANT":
            guard let found = Plant(rawValue: value) else { return false }
            plant = found
        default: return false
        }
        return true
    }
}
