/// Lists what ended badly, newest first.
public struct ListDeadLetters: Sendable {
    private let deadLetters: any DeadLetterRepository

    /// Makes the use case.
    public init(deadLetters: any DeadLetterRepository) {
        self.deadLetters = deadLetters
    }

    /// One page of the dead letters that the caller may see and that pass the filter.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(
        _ filter: DeadLetterFilter = DeadLetterFilter(), page: PageRequest, by caller: Caller
    ) async throws(DomainError) -> Page<DeadLetter> {
        try caller.require(.jobsRead)
        guard let filter = filter.seen(by: caller) else { return Page(items: [], next: nil) }
        return try await deadLetters.list(filter, page: page)
    }
}

extension DeadLetterFilter {
    /// The same filter, restricted to what is the caller's; nil when that leaves nothing.
    func seen(by caller: Caller) -> DeadLetterFilter? {
        guard let own = caller.ownerFilter else { return self }
        guard owner == nil || owner == own else { return nil }
        var filter = self
        filter.owner = own
        return filter
    }
}
