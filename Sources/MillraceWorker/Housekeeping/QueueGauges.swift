public import Logging
import Metrics
public import MillraceDomain
import Synchronization

/// Shows how the queues stand and how far the archive is behind, for whoever reads the metrics.
///
/// The values are the fleet's, the same on every process: aggregate them with `max`, not with `sum`.
public final class QueueGauges: Sendable {
    private let counters: any QueueCounters
    private let finished: any FinishedJobs
    private let hotTimes: HotTimes?
    private let logger: Logger
    private let known = Mutex<Set<QueueName>>([])

    /// Names the ports.
    ///
    /// - Parameter hotTimes: when ended jobs are due for the archive; nil where they are to stay.
    public init(counters: any QueueCounters, finished: any FinishedJobs, hotTimes: HotTimes?, logger: Logger) {
        self.counters = counters
        self.finished = finished
        self.hotTimes = hotTimes
        self.logger = logger
    }

    /// Reads the counters anew. When that fails the values stay what they were.
    public func refresh() async {
        do throws(DomainError) {
            show(try await counters.census())
            guard let hotTimes else { return }
            let backlog = try await finished.backlog(hotTimes)
            Meter(label: "millrace.archive.backlog.jobs").set(backlog.jobs)
            Meter(label: "millrace.archive.backlog.age.seconds").set((backlog.oldest ?? .zero).seconds)
        } catch {
            logger.debug("queue gauges not refreshed", metadata: ["error": "\(error)"])
        }
    }

    private func show(_ census: QueueCensus) {
        let names = Set(census.queues.map(\.name))
        let gone = known.withLock { known in
            defer { known.formUnion(names) }
            return known.subtracting(names)
        }
        // A queue that has run dry is at zero, not at what it last was.
        let empty = gone.map { QueueStatus(name: $0, isPaused: false, depth: [:], oldestQueuedAt: nil) }
        for queue in census.queues + empty {
            let label = ("queue", queue.name.text)
            for state in JobState.allCases where !state.isTerminal {
                Meter(label: "millrace.queue.jobs", dimensions: [label, ("state", state.rawValue)])
                    .set(queue.depth[state] ?? 0)
            }
            let age = queue.oldestQueuedAt.map { census.at - $0 } ?? .zero
            Meter(label: "millrace.queue.oldest.age.seconds", dimensions: [label]).set(max(age, .zero).seconds)
            Meter(label: "millrace.queue.paused", dimensions: [label]).set(queue.isPaused ? 1 : 0)
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(microseconds) / 1_000_000 }
}
