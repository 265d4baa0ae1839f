import Metrics
import MillraceDomain

/// Counts what became of runs, by the state their jobs are in after it.
struct FinishMetrics: Sendable {
    private let recorded: [JobState: Counter]
    private let stale = Counter(label: "millrace.outcomes.stale")

    init() {
        recorded = Dictionary(
            uniqueKeysWithValues: JobState.allCases.map { state in
                (state, Counter(label: "millrace.jobs.finished", dimensions: [("state", state.rawValue)]))
            })
    }

    /// Counts the answers to one write.
    func count(_ outcomes: [FinishOutcome]) {
        for outcome in outcomes {
            switch outcome {
            case .recorded(let state, _): recorded[state]?.increment()
            case .stale: stale.increment()
            }
        }
    }
}
