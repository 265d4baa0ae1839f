/// Stops and starts a queue.
public struct PauseQueue: Sendable {
    private let queues: any QueueRepository

    /// Makes the use case.
    public init(queues: any QueueRepository) {
        self.queues = queues
    }

    /// Pauses or resumes the queue; doing it again changes nothing.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        _ name: QueueName, isPaused: Bool, by caller: Caller
    ) async throws(DomainError) {
        try caller.require(.queuesWrite)
        try await queues.audited(caller.note).setPaused(isPaused, queue: name)
    }
}
