/// Gives a user limits of its own.
public struct SetQuota: Sendable {
    private let quotas: any QuotaRepository

    /// Makes the use case.
    public init(quotas: any QuotaRepository) {
        self.quotas = quotas
    }

    /// Replaces the user's own limits; where there is none the default holds again.
    ///
    /// - Throws: `DomainError.forbidden` unless the caller is an admin; `.notFound(.user)`.
    public func callAsFunction(
        _ quota: Quota, of id: UserID, by caller: Caller
    ) async throws(DomainError) -> QuotaStanding {
        try caller.require(.admin)
        return try await quotas.audited(caller.note).set(quota, of: id)
    }
}
