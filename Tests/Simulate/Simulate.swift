import Simulation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `Simulate [SEEDS=n [FROM=n]] [SEED=n] [JOBS=n] [WITHOUT=fault,…] [KEYED=0] [PLANT=bug]`: many seeds, or one with
/// its trace. Exits with 1 when a promise is broken.
@main
enum Simulate {
    static func main() async {
        var words = CommandLine.arguments.dropFirst().map { $0 }
        let count = take("SEEDS=", from: &words), first = take("FROM=", from: &words) ?? 1
        guard let scenario = Scenario(words: words) else {
            print("cannot read: \(words.joined(separator: " "))")
            exit(2)
        }
        let isSingle = count == nil && words.contains { $0.hasPrefix("SEED=") }
        exit(isSingle ? one(scenario) : await many(scenario, from: first, count: count ?? 10_000))
    }

    private static func take(_ name: String, from words: inout [String]) -> UInt64? {
        guard let index = words.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
        return UInt64(words.remove(at: index).dropFirst(name.count))
    }

    private static func one(_ scenario: Scenario) -> Int32 {
        let verdict = Simulation.run(scenario, isTraced: true)
        for line in verdict.trace { print(line) }
        let what = verdict.violation.map { "\($0)" } ?? "all promises kept"
        print("\(scenario): \(what), \(verdict.steps) steps, \(verdict.took) of its time")
        return verdict.violation == nil ? 0 : 1
    }

    private static func many(_ scenario: Scenario, from first: UInt64, count: UInt64) async -> Int32 {
        let scenarios = (first..<first + count).map { seed in
            var scenario = scenario
            scenario.seed = seed
            return scenario
        }
        let report = await SeedRun(scenarios)()
        for failure in report.failures { print(Simulation.account(of: failure) + "\n") }
        print(report.counts)
        print(
            "\(report.runs) seeds, \(report.failures.count) failed, \(report.steps) steps, "
                + "\(report.perMinute) seeds a minute"
        )
        return report.failures.isEmpty ? 0 : 1
    }
}
