/// What is known of the queues.
///
/// Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`.
public protocol QueueRepository: AuditedPort {
    /// All queues that have live jobs or are paused, in order of name.
    func list() async throws(DomainError) -> [QueueStatus]

    /// Pauses or resumes a queue, which need not have jobs. A paused queue accepts jobs and starts none.
    func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError)
}

/// A queue as it stands.
public struct QueueStatus: Hashable, Sendable {
    /// The name.
    public let name: QueueName
    /// Whether it starts no jobs.
    public let isPaused: Bool
    /// How many live jobs are in each state; states without jobs are absent.
    public let depth: [JobState: Int]
    /// When the longest-waiting queued job was accepted, to the second below.
    public let oldestQueuedAt: Timestamp?

    /// Makes a status.
    public init(name: QueueName, isPaused: Bool, depth: [JobState: Int], oldestQueuedAt: Timestamp?) {
        self.name = name
        self.isPaused = isPaused
        self.depth = depth
        self.oldestQueuedAt = oldestQueuedAt
    }
}
