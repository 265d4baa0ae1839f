import Logging
import MillraceDomain

/// Writes how far running jobs are: the latest word of each, all in one statement, at most once in a while.
struct ProgressLoop: Sendable {
    let held: HeldJobs
    let leases: any JobLeases
    let settings: WorkerSettings
    let logger: Logger

    /// Writes until its task is cancelled.
    func run() async {
        for await _ in held.onProgress.calls {
            let progress = held.takeProgress()
            if !progress.isEmpty { await write(progress) }
            do { try await ContinuousClock().sleep(for: settings.progressEvery) } catch { return }
        }
    }

    private func write(_ progress: [(lease: Lease, progress: JobProgress)]) async {
        do throws(DomainError) { try await leases.report(progress) } catch {
            // Worth no retry: the next word is newer.
            logger.info("progress not written", metadata: ["error": "\(error)", "progress.jobs": "\(progress.count)"])
        }
    }
}
