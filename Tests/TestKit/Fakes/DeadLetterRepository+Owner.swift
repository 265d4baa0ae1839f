public import MillraceDomain

extension DeadLetterRepository {
    /// The dead letters of one owner, or of all.
    public func list(owner: UserID?, page: PageRequest) async throws(DomainError) -> Page<DeadLetter> {
        var filter = DeadLetterFilter()
        filter.owner = owner
        return try await list(filter, page: page)
    }
}
