/// Looks for live jobs whose deadline has passed: lost words, scheduled and retrying jobs, lost leases, the expired.
public struct SweepDueJobs: Sendable {
    private let leases: any JobLeases
    private let terms: LeaseTerms

    /// Makes the use case.
    public init(leases: any JobLeases, terms: LeaseTerms) {
        self.leases = leases
        self.terms = terms
    }

    /// Takes up at most `limit` jobs, the longest overdue first.
    public func callAsFunction(limit: Int) async throws(DomainError) -> SweepResult {
        guard limit > 0 else { return SweepResult() }
        return try await leases.sweep(limit: limit, terms: terms)
    }
}
