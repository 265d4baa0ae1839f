/// How long ended jobs are kept, from their end.
public struct RetentionPolicy: Hashable, Sendable {
    /// What one queue does otherwise.
    public struct Exception: Hashable, Sendable {
        /// The queue.
        public let queue: QueueName
        /// The end it is about; nil for every end of the queue that has no exception of its own.
        public let state: JobState?
        /// How long; nil for ever.
        public let keepFor: Duration?

        /// Makes an exception.
        public init(queue: QueueName, state: JobState? = nil, keepFor: Duration?) {
            self.queue = queue
            self.state = state
            self.keepFor = keepFor
        }
    }

    /// A year.
    public static let standard = Duration.seconds(365 * 86_400)

    /// How long jobs that succeeded are kept; nil for ever, as in all that follow.
    public var succeeded: Duration?
    /// Jobs that died.
    public var dead: Duration?
    /// Jobs that were cancelled.
    public var cancelled: Duration?
    /// Jobs that expired.
    public var expired: Duration?
    /// What single queues do otherwise; of two about the same thing the later counts.
    public var exceptions: [Exception]

    /// Makes a policy; everything is kept for a year unless given.
    public init(
        succeeded: Duration? = Self.standard, dead: Duration? = Self.standard, cancelled: Duration? = Self.standard,
        expired: Duration? = Self.standard, exceptions: [Exception] = []
    ) {
        self.succeeded = succeeded
        self.dead = dead
        self.cancelled = cancelled
        self.expired = expired
        self.exceptions = exceptions
    }

    /// When a job may be forgotten; nil for never, as for a job that has not ended.
    public func expiry(of job: Job) -> Timestamp? {
        guard let finishedAt = job.finishedAt, let keepFor = keepFor(job.state, in: job.submission.queue) else {
            return nil
        }
        return finishedAt + keepFor
    }

    /// How long jobs of this end and queue are kept; nil for ever.
    public func keepFor(_ state: JobState, in queue: QueueName) -> Duration? {
        let ofQueue = exceptions.filter { $0.queue == queue }
        if let exact = ofQueue.last(where: { $0.state == state }) { return exact.keepFor }
        if let whole = ofQueue.last(where: { $0.state == nil }) { return whole.keepFor }
        switch state {
        case .succeeded: return succeeded
        case .dead: return dead
        case .cancelled: return cancelled
        case .expired: return expired
        case .scheduled, .blocked, .queued, .running, .retrying: return nil
        }
    }

    /// Every length of time that something is kept for, each once, shortest first; "for ever" is not among them.
    public var lengths: [Duration] {
        let all = [succeeded, dead, cancelled, expired] + exceptions.map(\.keepFor)
        return Set(all.compactMap(\.self)).sorted()
    }
}
