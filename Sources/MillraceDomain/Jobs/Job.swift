/// A unit of work and everything known of it.
public struct Job: Hashable, Sendable {
    /// The identity.
    public var id: JobID
    /// The user to whom it belongs.
    public var ownerID: UserID
    /// What was asked for, with the defaults of its kind filled in: `id`, `runAt` and `maxAttempts` are never nil.
    public var submission: JobSubmission
    /// Where it stands.
    public var state: JobState
    /// The number of attempts that counted in this generation.
    public var attempt: Int
    /// The leases lost in this generation.
    public var lostLeases: Int
    /// How often an operator has sent it back, from 0.
    public var generation: Int
    /// When a cancel was asked for while it was running.
    public var cancelRequestedAt: Timestamp?
    /// How far its handler says it is.
    public var progress: JobProgress?
    /// When it was accepted, by the store's clock, as all that follow.
    public var createdAt: Timestamp
    /// When its latest attempt started.
    public var startedAt: Timestamp?
    /// When it ended; set exactly in terminal states.
    public var finishedAt: Timestamp?
    /// When its next attempt is due; set exactly while retrying.
    public var nextAttemptAt: Timestamp?
    /// Why its latest failed attempt failed.
    public var lastError: JobErrorRecord?
    /// What its handler returned.
    public var result: JSONText?

    /// Makes a job of stored values.
    public init(
        id: JobID, ownerID: UserID, submission: JobSubmission, state: JobState, attempt: Int = 0,
        lostLeases: Int = 0, generation: Int = 0, cancelRequestedAt: Timestamp? = nil, progress: JobProgress? = nil,
        createdAt: Timestamp, startedAt: Timestamp? = nil, finishedAt: Timestamp? = nil,
        nextAttemptAt: Timestamp? = nil, lastError: JobErrorRecord? = nil, result: JSONText? = nil
    ) {
        self.id = id
        self.ownerID = ownerID
        self.submission = submission
        self.state = state
        self.attempt = attempt
        self.lostLeases = lostLeases
        self.generation = generation
        self.cancelRequestedAt = cancelRequestedAt
        self.progress = progress
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
        self.result = result
    }
}

/// The identity of a job.
public typealias JobID = Identifier<Job>

/// How far a handler says it is.
public struct JobProgress: Hashable, Sendable {
    /// 0–100.
    public let percent: Int
    /// A few words, at most 200 characters; may be empty.
    public let text: String

    /// Makes a progress; values outside are drawn inside.
    public init(percent: Int, text: String) {
        self.percent = min(max(percent, 0), 100)
        self.text = String(text.replacing("\0", with: "\u{FFFD}").prefix(200))
    }
}

/// Why an attempt failed, as it is kept.
public struct JobErrorRecord: Hashable, Sendable {
    /// A machine word.
    public let code: String
    /// A sentence, at most 2,000 characters.
    public let message: String
    /// When it was written down.
    public let at: Timestamp

    /// Makes a record.
    public init(code: String, message: String, at: Timestamp) {
        self.code = code
        self.message = message
        self.at = at
    }
}

extension Job {
    /// Whether submitting `other` under this job's id asks for this very job. Defaults are compared as they were
    /// filled in; the start time counts only where `other` names one. An operator who sends a job back lifts an
    /// expiry that has passed: it is still the same job.
    public func isSame(as other: JobSubmission, owner: UserID) -> Bool {
        var mine = submission
        var theirs = other
        theirs.id = mine.id
        if theirs.runAt == nil { (mine.runAt, theirs.runAt) = (nil, nil) }
        if generation > 0, mine.expiresAt == nil { theirs.expiresAt = nil }
        if theirs.maxAttempts == nil { (mine.maxAttempts, theirs.maxAttempts) = (nil, nil) }
        return ownerID == owner && mine == theirs
    }
}
