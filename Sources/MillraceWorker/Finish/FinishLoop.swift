import Logging
import MillraceDomain

/// Writes the outcomes of runs: while one batch is being written the next gathers.
struct FinishLoop: Sendable {
    let outcomes: OutcomeBuffer
    let held: HeldJobs
    let finish: FinishJobs
    let hints: HintBuffer
    let copier: any DeadLetterCopier
    let metrics: FinishMetrics
    let logger: Logger

    /// As many rows as one statement should carry.
    private static let maxBatch = 500

    /// Writes until the buffer is closed and empty, or until its task is cancelled.
    func run() async {
        for await _ in outcomes.onArrival.calls {
            while !Task.isCancelled {
                let batch = outcomes.take(Self.maxBatch)
                guard !batch.isEmpty else { break }
                guard await write(batch) else { return }
            }
        }
    }

    /// Writes a batch, again and again while the store is away. After an unknown outcome too: what was written the
    /// first time is stale the second.
    ///
    /// - Returns: false when the task was cancelled before it could be written.
    private func write(_ batch: [OutcomeBuffer.Outcome]) async -> Bool {
        var backoff = Backoff()
        while true {
            do throws(DomainError) {
                let written = try await finish(batch)
                metrics.count(written)
                copyDead(batch, written)
                held.forget(batch.map(\.claimed.lease))
                hints.add(written.compactMap(\.freed))
                return true
            } catch {
                logger.warning(
                    "outcomes not written", metadata: ["error": "\(error)", "finish.jobs": "\(batch.count)"])
                if case .defect = StoreTrouble(error) { return await isolate(batch) }
            }
            do { try await backoff.wait() } catch {
                logger.error("outcomes given up at shutdown", metadata: ["finish.jobs": "\(batch.count)"])
                return false
            }
        }
    }

    /// What has died is durable by now: its copy is best effort, and waits for nobody.
    private func copyDead(_ batch: [OutcomeBuffer.Outcome], _ ends: [FinishOutcome]) {
        let dead = zip(batch, ends).compactMap { run, end -> DeadJob? in
            guard case .recorded(.dead, _) = end, case .failed(let failure) = run.outcome else { return nil }
            return DeadJob(job: run.claimed.job, code: failure.code, message: failure.message)
        }
        if !dead.isEmpty { copier.copy(dead) }
    }

    /// One by one, so that an outcome that cannot be written does not hold up its neighbours. Its own job comes
    /// back when its lease ends.
    private func isolate(_ batch: [OutcomeBuffer.Outcome]) async -> Bool {
        guard batch.count == 1, let outcome = batch.first else {
            for outcome in batch {
                guard await write([outcome]) else { return false }
            }
            return true
        }
        logger.error("outcome cannot be written", metadata: ["job.id": "\(outcome.claimed.job.id)"])
        held.forget([outcome.claimed.lease])
        return true
    }
}

extension FinishOutcome {
    /// The job that is ready because of it.
    var freed: JobID? {
        switch self {
        case .recorded(_, let freed): freed
        case .stale: nil
        }
    }
}
