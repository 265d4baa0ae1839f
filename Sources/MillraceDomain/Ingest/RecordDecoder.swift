/// Understands records.
public protocol RecordDecoder: Sendable {
    /// What a record says. Never fails: what cannot be read is `.unreadable`.
    ///
    /// - Parameter incarnation: which life of its topic the record belongs to; part of the identity of records that
    ///   carry none of their own.
    func decode(_ record: SourceRecord, incarnation: Int32) -> DecodedRecord
}

/// What a record says.
public enum DecodedRecord: Hashable, Sendable {
    /// Our own word that a job is ready.
    case dispatch(JobID)
    /// Somebody asks for a job.
    case submission(RecordSubmission)
    /// Nothing that can be understood.
    /// - Parameter owner: the owner that the record names all the same, where that is trusted.
    case unreadable(DeadReason, owner: UserID? = nil)
}

/// A submission that came as a record.
public struct RecordSubmission: Hashable, Sendable {
    /// What makes the same record the same job, however often it is sent.
    public let identity: UniqueID
    /// The id of the job: the submitter's, or derived from the identity.
    public let jobID: JobID
    /// The owner the record names, where that is trusted; nil for the configured one.
    public let ownerID: UserID?
    /// What is asked for.
    public let submission: JobSubmission

    /// Makes a submission.
    public init(identity: UniqueID, jobID: JobID, ownerID: UserID?, submission: JobSubmission) {
        self.identity = identity
        self.jobID = jobID
        self.ownerID = ownerID
        self.submission = submission
    }
}
