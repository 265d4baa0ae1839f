import Logging
import Metrics
import MillraceDomain

/// Keeps the leases of this process, all in one statement.
struct RenewLoop: Sendable {
    let held: HeldJobs
    let renew: RenewLeases
    let settings: WorkerSettings
    let logger: Logger

    private let lost = Counter(label: "millrace.leases.lost")
    private let busy = Counter(label: "millrace.leases.busy")

    init(held: HeldJobs, renew: RenewLeases, settings: WorkerSettings, logger: Logger) {
        self.held = held
        self.renew = renew
        self.settings = settings
        self.logger = logger
    }

    /// Renews until its task is cancelled. The task runs on `thread`.
    func run(on thread: LeaseThread) async {
        var pause = settings.renewEvery
        while !Task.isCancelled {
            do { try await thread.sleep(for: pause) } catch { return }
            // After a failure sooner: the leases end while we wait.
            pause = await renewAll() ? settings.renewEvery : min(settings.renewEvery, .milliseconds(500))
        }
    }

    /// - Returns: whether all was extended that is ours.
    private func renewAll() async -> Bool {
        let leases = held.leases
        guard !leases.isEmpty else { return true }
        let askedAt = ContinuousClock.now
        do throws(DomainError) {
            let standings = try await renew(leases)
            let gone = held.renewed(Array(zip(leases, standings)), until: askedAt + settings.lease)
            for lease in gone {
                lost.increment()
                logger.warning("lease lost", metadata: ["job.id": "\(lease.jobID)"])
            }
            let busyCount = standings.count { $0 == .busy }
            busy.increment(by: busyCount)
            return busyCount == 0
        } catch {
            if !Task.isCancelled {
                logger.warning("leases not renewed", metadata: ["error": "\(error)", "lease.count": "\(leases.count)"])
            }
            return false
        }
    }
}
