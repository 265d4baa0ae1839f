/// An ended job with the runs that it took: what the archive keeps.
public struct ArchivedJob: Hashable, Sendable {
    /// The job, in a terminal state.
    public var job: Job
    /// Its runs in order, those of earlier generations too.
    public var attempts: [JobAttempt]
    /// When the archive may forget it; nil for never. An archive forgets at that time or later, not before.
    public var expiresAt: Timestamp?

    /// The only member of a document of which an archive could keep no more than the beginning.
    public static let trimmedMark = "millrace_trimmed"

    /// Whether the job can run again: its payload was not too large for the archive.
    public var hasWholePayload: Bool { job.submission.payload.members?.first?.name != Self.trimmedMark }

    /// Makes one of stored values.
    public init(job: Job, attempts: [JobAttempt] = [], expiresAt: Timestamp? = nil) {
        self.job = job
        self.attempts = attempts
        self.expiresAt = expiresAt
    }
}
