/// What somebody asks to be done: the checked content of a submission, whether it came over HTTP or Kafka.
public struct JobSubmission: Hashable, Sendable {
    /// The submitter's own id; nil to have one made.
    public var id: JobID?
    /// What to do.
    public var kind: JobKind
    /// The handler's input, kept as sent.
    public var payload: JSONText
    /// Where it waits.
    public var queue: QueueName
    /// Jobs of one owner, queue and key run in order of acceptance; 1 to 255 characters.
    public var orderingKey: String?
    /// The earliest start; nil for at once.
    public var runAt: Timestamp?
    /// It must have started before this.
    public var expiresAt: Timestamp?
    /// 0–9, 9 first among the jobs that wait for a slot on one consumer.
    public var priority: Int
    /// How many attempts it has, 1–100; nil for the kind's.
    public var maxAttempts: Int?
    /// One attempt's time limit, 1 ms – 24 h; nil for the kind's.
    public var timeout: Duration?
    /// What replaces the kind's retry policy.
    public var retry: RetryOverride?
    /// Words to find it by: at most 20 of at most 64 characters.
    public var tags: [String]
    /// An object of strings for its submitter, at most 4 KiB.
    public var metadata: JSONText
    /// That of several submissions of its key only one becomes a job.
    public var unique: UniqueClaim?

    /// Makes a submission of checked values.
    public init(
        id: JobID? = nil, kind: JobKind, payload: JSONText = .emptyObject, queue: QueueName = .default,
        orderingKey: String? = nil, runAt: Timestamp? = nil, expiresAt: Timestamp? = nil, priority: Int = 5,
        maxAttempts: Int? = nil, timeout: Duration? = nil, retry: RetryOverride? = nil, tags: [String] = [],
        metadata: JSONText = .emptyObject, unique: UniqueClaim? = nil
    ) {
        self.id = id
        self.kind = kind
        self.payload = payload
        self.queue = queue
        self.orderingKey = orderingKey
        self.runAt = runAt
        self.expiresAt = expiresAt
        self.priority = priority
        self.maxAttempts = maxAttempts
        self.timeout = timeout
        self.retry = retry
        self.tags = tags
        self.metadata = metadata
        self.unique = unique
    }
}

/// How large a submission may be.
public struct SubmissionLimits: Hashable, Sendable {
    /// The payload's greatest length in bytes, 256 KiB unless configured.
    public let maxPayloadBytes: Int

    /// Makes limits.
    public init(maxPayloadBytes: Int = 256 * 1024) {
        self.maxPayloadBytes = maxPayloadBytes
    }
}
