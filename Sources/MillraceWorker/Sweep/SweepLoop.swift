import Logging
import Metrics
import MillraceDomain

/// Looks for overdue jobs while there are free slots: now and then, and again at once while it finds full batches.
struct SweepLoop: Sendable {
    let held: HeldJobs
    let sweep: SweepDueJobs
    let hints: HintBuffer
    let copier: any DeadLetterCopier
    let settings: WorkerSettings
    let metrics: SweepMetrics
    let logger: Logger

    /// As many rows as one statement should touch.
    private static let maxBatch = 500

    /// Sweeps until its task is cancelled.
    func run() async {
        var backoff = Backoff(base: settings.sweepEvery)
        while !Task.isCancelled {
            do {
                // A sweep that is owed slots takes them as soon as they are free, which costs no statement to see.
                let pause =
                    held.isSweepOwed
                    ? min(.milliseconds(20), settings.sweepEvery)
                    : settings.sweepEvery * Double.random(in: 0.8...1.2)
                try await ContinuousClock().sleep(for: pause)
                if await sweepAll() { backoff.reset() } else { try await backoff.wait() }
            } catch { return }
        }
    }

    /// - Returns: whether the store could be asked.
    private func sweepAll() async -> Bool {
        while !Task.isCancelled {
            let slots = held.reserve(upTo: Self.maxBatch, forSweep: true)
            guard slots > 0 else { return true }
            let askedAt = ContinuousClock.now
            switch await letFinish({ () async throws(DomainError) in try await sweep(limit: slots) }) {
            case .success(let result):
                held.hold(result.claimed, since: askedAt, reserved: slots)
                metrics.count(result)
                hints.add(result.freed)
                copyDead(result.dead)
                if result.touched < slots { return true }
            case .failure(let error):
                held.giveBack(slots: slots)
                logger.warning("sweep failed", metadata: ["error": "\(error)"])
                return false
            }
        }
        return true
    }

    /// What has died is durable by now: its copy is best effort, and waits for nobody.
    private func copyDead(_ jobs: [Job]) {
        guard !jobs.isEmpty else { return }
        copier.copy(
            jobs.map { DeadJob(job: $0, code: $0.lastError?.code ?? "", message: $0.lastError?.message ?? "") })
    }
}
