import Logging
import MillraceDomain

/// Runs each claimed job in a task of its own.
struct JobRunner: Sendable {
    let held: HeldJobs
    let runJob: RunJob
    let outcomes: OutcomeBuffer
    let metrics: RunMetrics

    /// Runs jobs until the claims end and the last handler has returned.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await claimed in held.claims {
                if held.isDraining {
                    finish(claimed, .released)
                } else {
                    group.addTask { await run(claimed) }
                }
            }
        }
    }

    private func run(_ claimed: ClaimedJob) async {
        let ending = OneShot<RunOutcome?>()
        let startedAt = ContinuousClock.now
        // A handle is needed to stop one handler among many, and to leave one behind that ignores being stopped
        // while the process shuts down. Otherwise it is awaited right below.
        let handler = Task {
            let outcome = await runJob(claimed) { held.note($0, of: claimed.lease) }
            ending.fulfil(outcome)
        }
        held.start(claimed.lease, stop: { handler.cancel() }, abandon: { ending.fulfil($0) })
        let outcome = await withTaskCancellationHandler {
            await ending.value
        } onCancel: {
            handler.cancel()
        }
        metrics.record(claimed.job.submission.kind, took: ContinuousClock.now - startedAt)
        finish(claimed, outcome)
    }

    /// Hands the outcome on; nil for a handler that was left behind.
    private func finish(_ claimed: ClaimedJob, _ outcome: RunOutcome?) {
        let isWritten = held.end(claimed.lease, isWritten: outcome != nil)
        guard isWritten, let outcome else { return metrics.countDropped() }
        outcomes.add(claimed, outcome)
    }
}
