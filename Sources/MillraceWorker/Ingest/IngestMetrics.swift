import Metrics
import MillraceDomain

/// Counts what records became.
struct IngestMetrics: Sendable {
    private let accepted = Counter(label: "millrace.ingest.accepted")
    private let duplicates = Counter(label: "millrace.ingest.duplicates")
    private let dead = Counter(label: "millrace.ingest.dead")
    private let dispatches = Counter(label: "millrace.ingest.dispatches")
    private let droppedHints = Counter(label: "millrace.hints.dropped")
    private let stale = Counter(label: "millrace.ingest.stale_epochs")
    private let trimmed = Counter(label: "millrace.ingest.trimmed_logs")
    private let incarnations = Counter(label: "millrace.ingest.new_incarnations")

    /// Counts a durable batch.
    func count(_ report: IngestReport, droppedHints dropped: Int) {
        accepted.increment(by: report.receipt.accepted)
        duplicates.increment(by: report.receipt.duplicates)
        dead.increment(by: report.receipt.dead.count)
        dispatches.increment(by: report.dispatched.count)
        if dropped > 0 { droppedHints.increment(by: dropped) }
    }

    /// Another process has taken a partition over.
    func countStale() { stale.increment() }

    /// A log began later, or anew.
    func countLost(isNewIncarnation: Bool) {
        if isNewIncarnation { incarnations.increment() } else { trimmed.increment() }
    }
}
