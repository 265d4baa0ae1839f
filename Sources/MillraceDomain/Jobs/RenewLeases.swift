/// Keeps the leases of a process.
public struct RenewLeases: Sendable {
    private let leases: any JobLeases
    private let terms: LeaseTerms

    /// Makes the use case.
    public init(leases: any JobLeases, terms: LeaseTerms) {
        self.leases = leases
        self.terms = terms
    }

    /// Extends all of them in one write.
    ///
    /// - Returns: how each stands, in the order given.
    public func callAsFunction(_ held: [Lease]) async throws(DomainError) -> [LeaseStanding] {
        guard !held.isEmpty else { return [] }
        return try await leases.renew(held, terms: terms)
    }
}
