/// How a run ended.
public enum RunOutcome: Hashable, Sendable {
    case succeeded(JSONText?)
    case snoozed(Duration)
    case failed(JobFailure)
    /// Its task was cancelled before it finished: a cancel was asked for, the lease was lost or the process drains.
    case stopped
    /// It was never started.
    case released
    /// Its end is written already, together with what its handler wrote; nil when that could not be found out any
    /// more, and the store knows.
    case settled(FinishOutcome?)

    /// It took longer than it may.
    public static let timedOut = RunOutcome.failed(
        JobFailure(code: "timeout", message: "The attempt took longer than its time limit."))

    static let noHandler = RunOutcome.failed(
        JobFailure(code: "no_handler", message: "This consumer has no handler for the kind."))

    static func notCommitted(_ code: String, _ reason: String) -> RunOutcome {
        .failed(JobFailure(code: code, message: "\(reason): nothing of what the handler wrote stays."))
    }
}
