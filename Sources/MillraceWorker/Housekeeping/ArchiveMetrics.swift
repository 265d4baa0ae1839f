import Metrics

/// Counts what the archiver does.
struct ArchiveMetrics: Sendable {
    let failed = Counter(label: "millrace.archive.failures")
    let refused = Counter(label: "millrace.archive.refused")
    let removed = Counter(label: "millrace.archive.removed")
    private let archived = Counter(label: "millrace.archive.archived")
    private let step = Timer(label: "millrace.archive.step")

    /// Counts one step.
    func copied(_ jobs: Int, _ took: Duration) {
        archived.increment(by: jobs)
        step.record(duration: took)
    }
}
