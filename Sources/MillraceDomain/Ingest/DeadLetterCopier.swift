/// Sends copies of dead letters to where other systems read them.
public protocol DeadLetterCopier: Sendable {
    /// Sends a copy of each, best effort and without waiting; what is kept is the row.
    func copy(_ records: [DeadRecord])

    /// The same for jobs that have just died.
    func copy(_ jobs: [DeadJob])
}

/// A job that has died, and of what.
public struct DeadJob: Hashable, Sendable {
    /// The job, as it was when its last run began or was lost.
    public let job: Job
    /// Why it died: a machine word and a sentence.
    public let code: String
    public let message: String

    /// Makes one.
    public init(job: Job, code: String, message: String) {
        self.job = job
        self.code = code
        self.message = message
    }
}
