import Metrics
import MillraceDomain
import Synchronization

/// Counts and times runs. Series are made once per kind, of which the catalogue bounds the number.
final class RunMetrics: Sendable {
    private let timers = Mutex<[JobKind: Timer]>([:])
    private let dropped = Counter(label: "millrace.outcomes.dropped")

    /// One run of a kind has ended.
    func record(_ kind: JobKind, took duration: Duration) {
        let timer = timers.withLock { timers in
            if let timer = timers[kind] { return timer }
            let timer = Timer(label: "millrace.job.run", dimensions: [("kind", kind.text)])
            timers[kind] = timer
            return timer
        }
        timer.record(duration: duration)
    }

    /// A run has ended whose lease was lost: its outcome is nobody's business any more.
    func countDropped() {
        dropped.increment()
    }
}
