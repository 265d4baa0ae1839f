import Logging
import MillraceDomain

/// Runs each claimed job in a task of its own.
struct JobRunner: Sendable {
    let held: HeldJobs
    let runJob: RunJob
    let outcomes: OutcomeBuffer
    let hints: HintBuffer
    let quarantine: Quarantine
    let metrics: RunMetrics
    let finishMetrics: FinishMetrics

    /// How the wait for a handler ended.
    private enum Ending {
        case returned(RunOutcome)
        /// It was given up on, with what shall be written of its run, if anything.
        case leftBehind(RunOutcome?)
    }

    /// Runs jobs until the claims end and the last handler has returned or was given up on.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await claimed in held.claims {
                if held.isDraining {
                    finish(claimed, .released, isLeftBehind: false)
                } else {
                    group.addTask { await run(claimed) }
                }
            }
        }
    }

    private func run(_ claimed: ClaimedJob) async {
        // This process may have stood still since the claim.
        guard held.mayStart(claimed.lease, at: .now) else { return finish(claimed, .released, isLeftBehind: false) }
        let (ending, returned) = (OneShot<Ending>(), OneShot<Void>())
        let startedAt = ContinuousClock.now
        // A handle is needed to stop one handler among many, and to leave one behind that ignores being stopped.
        // Otherwise it is awaited right below; one that is left behind, by the quarantine.
        let handler = Task {
            let outcome = await runJob(
                claimed, reportProgress: { held.note($0, of: claimed.lease) },
                onTimeLimit: { held.timeLimitPassed(claimed.lease) })
            ending.fulfil(.returned(outcome))
            returned.fulfil(())
        }
        held.start(
            claimed.lease, endingBy: startedAt + runJob.timeLimit(of: claimed), stop: { handler.cancel() },
            abandon: { ending.fulfil(.leftBehind($0)) })
        let end = await withTaskCancellationHandler {
            await ending.value
        } onCancel: {
            handler.cancel()
        }
        metrics.record(claimed.job.submission.kind, took: ContinuousClock.now - startedAt)
        switch end {
        case .returned(let outcome): finish(claimed, outcome, isLeftBehind: false)
        case .leftBehind(let outcome):
            finish(claimed, outcome, isLeftBehind: true)
            quarantine.take(returned)
        }
    }

    /// Hands the outcome on, unless there is nothing to write.
    private func finish(_ claimed: ClaimedJob, _ outcome: RunOutcome?, isLeftBehind: Bool) {
        if case .settled(let settled) = outcome {
            _ = held.end(claimed.lease, isWritten: false, keepsSlot: isLeftBehind)
            hints.add([settled?.freed].compactMap(\.self))
            return finishMetrics.count([settled].compactMap(\.self))
        }
        let isWritten = held.end(claimed.lease, isWritten: outcome != nil, keepsSlot: isLeftBehind)
        guard isWritten, let outcome else { return metrics.countDropped() }
        outcomes.add(claimed, outcome)
    }
}
