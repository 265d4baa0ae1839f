/// How much each owner has, and the limits of single ones.
///
/// Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure` besides what it names.
public protocol QuotaRepository: AuditedPort {
    /// What a user has at this moment, and the limits that are its own.
    ///
    /// - Throws: `DomainError.notFound(.user)`.
    func standing(of user: UserID) async throws(DomainError) -> QuotaStanding

    /// Gives a user limits of its own in place of those it has; where there is none the default holds. They are kept
    /// from the next job on, elsewhere within a second.
    ///
    /// - Throws: `DomainError.notFound(.user)`.
    func set(_ quota: Quota, of user: UserID) async throws(DomainError) -> QuotaStanding
}

/// How a user stands with its quota.
public struct QuotaStanding: Hashable, Sendable {
    /// What it has.
    public let usage: OwnerUsage
    /// The limits that are its own.
    public let own: Quota

    /// Makes one.
    public init(usage: OwnerUsage, own: Quota) {
        self.usage = usage
        self.own = own
    }
}
