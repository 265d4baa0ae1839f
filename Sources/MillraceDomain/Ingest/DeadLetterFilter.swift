/// Which dead letters are meant; nil members do not restrict.
public struct DeadLetterFilter: Hashable, Sendable {
    /// The sorts of dead letter, as machine words that stay the same.
    public enum Sort: String, Sendable, CaseIterable {
        case job, record
    }

    /// How many ids a filter may name.
    public static let maxIDs = 100

    public var sort: Sort?
    /// Whose dead jobs, and whose jobs the records would have become.
    public var owner: UserID?
    public var queue: QueueName?
    /// The kind of the job, or the one that a record asks for as far as it could be read.
    public var kind: JobKind?
    /// The code of a job's last error, or of the reason why a record is dead.
    public var code: String?
    /// Dead since this time or later.
    public var diedAfter: Timestamp?
    /// Dead since before this time.
    public var diedBefore: Timestamp?
    /// These jobs and records only.
    public var ids: [UniqueID]?

    /// Makes a filter that passes everything.
    public init() {}

    /// Whether a dead letter is one of those meant.
    public func passes(_ letter: DeadLetter) -> Bool {
        let position = letter.position
        return (sort ?? letter.sort) == letter.sort
            && (owner == nil || owner == letter.ownerID)
            && (queue == nil || letter.isIn(queue))
            && (kind == nil || kind == letter.kind)
            && (code == nil || code == letter.code)
            && diedAfter.map { $0 <= position.createdAt } ?? true
            && diedBefore.map { position.createdAt < $0 } ?? true
            && ids.map { $0.contains(position.id) } ?? true
    }
}

extension DeadLetter {
    fileprivate var sort: DeadLetterFilter.Sort {
        switch self {
        case .record: .record
        case .job: .job
        }
    }

    fileprivate var ownerID: UserID? {
        switch self {
        case .record(let record): record.ownerID
        case .job(let job): job.ownerID
        }
    }

    fileprivate var kind: JobKind? {
        switch self {
        case .record(let record): record.kind
        case .job(let job): job.submission.kind
        }
    }

    fileprivate var code: String? {
        switch self {
        case .record(let record): record.reason.code.rawValue
        case .job(let job): job.lastError?.code
        }
    }

    /// A topic ends with the name of its queue, which has no dot in it.
    fileprivate func isIn(_ queue: QueueName?) -> Bool {
        switch self {
        case .record(let record): queue.map { record.record.source.topic.hasSuffix(".jobs.\($0.text)") } ?? true
        case .job(let job): job.submission.queue == queue
        }
    }
}
