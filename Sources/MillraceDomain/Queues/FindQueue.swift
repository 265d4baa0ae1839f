/// Shows how one queue stands.
public struct FindQueue: Sendable {
    private let queues: any QueueRepository

    /// Makes the use case.
    public init(queues: any QueueRepository) {
        self.queues = queues
    }

    /// The queue with this name.
    ///
    /// - Throws: `DomainError.forbidden`; `.notFound(.queue)` for one without live jobs that is not paused either.
    public func callAsFunction(_ name: QueueName, by caller: Caller) async throws(DomainError) -> QueueStatus {
        try caller.require(.admin)
        guard let status = try await queues.list().first(where: { $0.name == name }) else {
            throw .notFound(.queue)
        }
        return status
    }
}
