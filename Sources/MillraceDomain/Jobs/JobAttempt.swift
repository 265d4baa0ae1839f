/// One run of a job, as it ended.
public struct JobAttempt: Hashable, Sendable {
    /// How a run can end.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        case succeeded, failed, snoozed, released, cancelled
        /// The lease ran out; whether the handler finished is unknown.
        case lost
    }

    /// The attempt's number within its generation, from 1; runs that do not count share the number of the next.
    public let attempt: Int
    /// The generation, from 0.
    public let generation: Int
    /// When it was claimed.
    public let startedAt: Timestamp
    /// When it ended, or when its lease was found lost.
    public let finishedAt: Timestamp
    /// How it ended.
    public let outcome: Outcome
    /// Why it failed.
    public let error: JobErrorRecord?
    /// The consumer process that held the lease.
    public let consumer: String

    /// Makes an attempt of stored values.
    public init(
        attempt: Int, generation: Int, startedAt: Timestamp, finishedAt: Timestamp, outcome: Outcome,
        error: JobErrorRecord?, consumer: String
    ) {
        self.attempt = attempt
        self.generation = generation
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.error = error
        self.consumer = consumer
    }
}
