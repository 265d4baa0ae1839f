import Dispatch
import Synchronization

/// Runs many scenarios on several threads, each scenario on one.
public struct SeedRun: Sendable {
    /// What became of them.
    public struct Report: Sendable {
        /// How many were run.
        public var runs = 0
        /// All that they did.
        public var counts = Counts()
        /// All their steps.
        public var steps = 0
        /// Those that broke a promise, in the order of their seeds.
        public var failures: [Simulation.Verdict] = []
        /// How long it took.
        public var took: Duration = .zero

        /// How many are run in a minute.
        public var perMinute: Int { took > .zero ? Int(Double(runs) / (took / .seconds(60))) : 0 }
    }

    private let scenarios: [Scenario]
    private let threads: Int
    private let failureLimit: Int

    /// Makes a run.
    ///
    /// - Parameter failureLimit: after so many failures no further scenario is begun.
    public init(_ scenarios: [Scenario], threads: Int = 2, failureLimit: Int = 5) {
        (self.scenarios, self.threads, self.failureLimit) = (scenarios, max(threads, 1), failureLimit)
    }

    /// Runs them all.
    public func callAsFunction() async -> Report {
        await withCheckedContinuation { continuation in
            // On threads of their own: this is minutes of work without a pause.
            DispatchQueue(label: "simulation").async { continuation.resume(returning: work()) }
        }
    }

    private func work() -> Report {
        let began = ContinuousClock.now
        let state = Mutex((next: 0, report: Report()))
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while let scenario = state.withLock({ state -> Scenario? in
                guard state.next < scenarios.count, state.report.failures.count < failureLimit else { return nil }
                defer { state.next += 1 }
                return scenarios[state.next]
            }) {
                let verdict = Simulation.run(scenario)
                state.withLock { $0.report.add(verdict) }
            }
        }
        var report = state.withLock { $0.report }
        report.took = .now - began
        report.failures.sort { $0.scenario.seed < $1.scenario.seed }
        return report
    }
}

extension SeedRun.Report {
    fileprivate mutating func add(_ verdict: Simulation.Verdict) {
        runs += 1
        steps += verdict.steps
        counts += verdict.counts
        if verdict.violation != nil { failures.append(verdict) }
    }
}
