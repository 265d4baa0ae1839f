import Logging
import Metrics
import MillraceDomain

/// Stops handlers whose lease is about to end by our own clock, whatever the store answers or fails to answer: from
/// then on another process may run the job. Gives up on handlers that do not stop.
struct LeaseWatch: Sendable {
    let held: HeldJobs
    let settings: WorkerSettings
    let logger: Logger

    private let overdue = Counter(label: "millrace.leases.overdue")
    private let stuck = Counter(label: "millrace.handlers.stuck")

    init(held: HeldJobs, settings: WorkerSettings, logger: Logger) {
        self.held = held
        self.settings = settings
        self.logger = logger
    }

    /// Watches until its task is cancelled. The task runs on `thread`.
    func run(on thread: LeaseThread) async {
        while !Task.isCancelled {
            do { try await thread.sleep(for: settings.lease / 20) } catch { return }
            for lease in held.stopOverdue(at: .now, margin: settings.leaseMargin) {
                overdue.increment()
                logger.warning("handler stopped, lease not renewed in time", metadata: ["job.id": "\(lease.jobID)"])
            }
            for lease in held.abandonStuck(at: .now, grace: settings.cancelGrace) {
                stuck.increment()
                logger.error("handler ignores being stopped", metadata: ["job.id": "\(lease.jobID)"])
            }
        }
    }
}
