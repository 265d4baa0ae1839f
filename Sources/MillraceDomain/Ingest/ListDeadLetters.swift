/// Lists what ended badly, newest first.
public struct ListDeadLetters: Sendable {
    private let deadLetters: any DeadLetterRepository

    /// Makes the use case.
    public init(deadLetters: any DeadLetterRepository) {
        self.deadLetters = deadLetters
    }

    /// One page of the dead letters that the caller may see.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<DeadLetter> {
        try caller.require(.jobsRead)
        return try await deadLetters.list(owner: caller.ownerFilter, page: page)
    }
}
