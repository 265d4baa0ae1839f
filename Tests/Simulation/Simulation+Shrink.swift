extension Simulation {
    /// A scenario with fewer faults and fewer jobs that breaks the same promise; the same one when there is none.
    public static func shrink(_ verdict: Verdict) -> Scenario {
        guard let rule = verdict.violation?.rule else { return verdict.scenario }
        var least = verdict.scenario
        func tryOut(_ change: (inout Scenario) -> Void) {
            var scenario = least
            change(&scenario)
            if run(scenario).violation?.rule == rule { least = scenario }
        }
        for kind in FaultKind.allCases where !least.without.contains(kind) {
            tryOut { $0.without.insert(kind) }
        }
        while least.jobs > 1 {
            let jobs = least.jobs
            tryOut { $0.jobs = jobs / 2 }
            if least.jobs == jobs { tryOut { $0.jobs = jobs - 1 } }
            if least.jobs == jobs { break }
        }
        return least
    }

    /// What a failure has to say to whoever looks for its cause: the shortest way to it, step by step.
    ///
    /// - Parameter lines: how many lines of the trace at most, the last ones.
    public static func account(of verdict: Verdict, lines: Int = 200) -> String {
        guard let violation = verdict.violation else { return "\(verdict.scenario): nothing is wrong" }
        let least = run(shrink(verdict), isTraced: true)
        let faults = FaultKind.allCases.filter { least.counts[$0] > 0 }.map { "\($0.name) \(least.counts[$0])" }
        var text = [
            "\(violation)", "  make simulate \(verdict.scenario)", "shrunk: \(least.violation.map { "\($0)" } ?? "")",
        ]
        text.append("  make simulate \(least.scenario)")
        text.append("  faults: " + faults.joined(separator: ", "))
        if least.trace.count > lines { text.append("  … \(least.trace.count - lines) lines before") }
        return (text + least.trace.suffix(lines)).joined(separator: "\n")
    }
}
