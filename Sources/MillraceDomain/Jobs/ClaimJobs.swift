/// Takes jobs that this process was told of.
public struct ClaimJobs: Sendable {
    private let leases: any JobLeases
    private let terms: LeaseTerms

    /// Makes the use case.
    public init(leases: any JobLeases, terms: LeaseTerms) {
        self.leases = leases
        self.terms = terms
    }

    /// Claims at most `limit` of the candidates, the most urgent first; those that are not ready any more are
    /// passed over.
    public func callAsFunction(_ candidates: [JobID], limit: Int) async throws(DomainError) -> [ClaimedJob] {
        guard limit > 0, !candidates.isEmpty else { return [] }
        return try await leases.claim(candidates, limit: limit, terms: terms)
    }
}
