/// Shows how much a user has and may have.
public struct FindQuota: Sendable {
    private let quotas: any QuotaRepository

    /// Makes the use case.
    public init(quotas: any QuotaRepository) {
        self.quotas = quotas
    }

    /// How the user stands.
    ///
    /// - Throws: `DomainError.forbidden`; `.notFound(.user)`, also for somebody else.
    public func callAsFunction(_ id: UserID, by caller: Caller) async throws(DomainError) -> QuotaStanding {
        try caller.require(.usersRead)
        guard caller.mayTouch(id) else { throw .notFound(.user) }
        return try await quotas.standing(of: id)
    }
}
