public import MillraceDomain

/// Quotas in Postgres, over the counters that triggers keep up.
public struct PostgresQuotaRepository: QuotaRepository {
    private let client: PostgresClient
    private let clock: (any WallClock)?
    private var trail: AuditTrail

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
        trail = AuditTrail(clock: clock)
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.trail.note = note
        return copy
    }

    public func standing(of user: UserID) async throws(DomainError) -> QuotaStanding {
        try await client.inDomain(.read) { try await standing(of: user, on: client) }
    }

    public func set(_ quota: Quota, of user: UserID) async throws(DomainError) -> QuotaStanding {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                guard try await transaction.first(QuotaStatements.lockUser, { $0.append(user) }) != nil else {
                    throw DomainError.notFound(.user)
                }
                try await transaction.execute(QuotaStatements.set) {
                    $0.append(user)
                    $0.append(quota.liveJobs.map { Int64($0) })
                    $0.append(quota.payloadBytes.map { Int64($0) })
                    $0.append(clock?.now())
                }
                try await trail.write(.userQuota, .user, [user], in: transaction)
                return try await standing(of: user, on: transaction)
            }
        }
    }

    private func standing(of user: UserID, on runner: some StatementRunner) async throws -> QuotaStanding {
        let found = try await runner.first(QuotaStatements.standings) { $0.append(array: [user]) }
        guard let found else { throw DomainError.notFound(.user) }
        return found.standing
    }
}
