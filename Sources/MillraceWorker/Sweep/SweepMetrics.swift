import Metrics
import MillraceDomain

/// Counts what sweeps found.
struct SweepMetrics: Sendable {
    private let claimed = Counter(label: "millrace.sweep.claimed")
    private let expired = Counter(label: "millrace.jobs.expired")
    private let recovered = Counter(label: "millrace.jobs.recovered")
    private let crashLooped = Counter(label: "millrace.jobs.crash_looped")
    private let parked = Counter(label: "millrace.jobs.parked")

    /// Counts one result.
    func count(_ result: SweepResult) {
        claimed.increment(by: result.claimed.count)
        expired.increment(by: result.expired)
        recovered.increment(by: result.recovered)
        crashLooped.increment(by: result.crashLooped)
        parked.increment(by: result.parked)
    }
}
