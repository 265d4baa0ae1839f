/// Shows how the queues stand.
public struct ListQueues: Sendable {
    private let queues: any QueueRepository

    /// Makes the use case.
    public init(queues: any QueueRepository) {
        self.queues = queues
    }

    /// All queues, in order of name. Depths are of all owners, so that only an admin sees them.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(by caller: Caller) async throws(DomainError) -> [QueueStatus] {
        try caller.require(.admin)
        return try await queues.list()
    }
}
