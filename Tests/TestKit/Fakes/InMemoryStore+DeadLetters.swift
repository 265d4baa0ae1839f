public import MillraceDomain

extension InMemoryStore: DeadLetterRepository {
    public func list(owner: UserID?, page: PageRequest) async throws(DomainError) -> Page<DeadLetter> {
        try transact { state, _ in
            let dead = state.jobs.values.map(\.job).filter { $0.state == .dead }
            let jobs = dead.filter { owner == nil || $0.ownerID == owner }.map { DeadLetter.job($0) }
            let records = owner == nil ? state.deadRecords.map { DeadLetter.record($0) } : []
            return page.page(of: jobs + records, at: \.position)
        }
    }
}
