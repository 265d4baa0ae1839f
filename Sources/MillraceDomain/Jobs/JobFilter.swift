/// Which jobs to list; nil members do not restrict.
public struct JobFilter: Hashable, Sendable {
    public var owner: UserID?
    public var state: JobState?
    public var queue: QueueName?
    public var kind: JobKind?
    public var orderingKey: String?
    public var tag: String?
    /// Created at this time or later.
    public var createdAfter: Timestamp?
    /// Created before this time.
    public var createdBefore: Timestamp?

    /// Makes a filter that passes everything.
    public init() {}

    /// Whether a job is one of those asked for.
    public func passes(_ job: Job) -> Bool {
        let submission = job.submission
        return (owner ?? job.ownerID) == job.ownerID
            && (state ?? job.state) == job.state
            && (queue ?? submission.queue) == submission.queue
            && (kind ?? submission.kind) == submission.kind
            && (orderingKey == nil || orderingKey == submission.orderingKey)
            && tag.map { submission.tags.contains($0) } ?? true
            && createdAfter.map { $0 <= job.createdAt } ?? true
            && createdBefore.map { job.createdAt < $0 } ?? true
    }
}
