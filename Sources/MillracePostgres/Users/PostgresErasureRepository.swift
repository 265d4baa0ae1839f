public import MillraceDomain

/// Erasures in Postgres.
public struct PostgresErasureRepository: ErasureRepository {
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

    public func begin(_ id: ErasureID, user: UserID) async throws(DomainError) -> Erasure {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                // Waits for whoever accepts jobs for the user; who comes later finds no user.
                let locked = try await transaction.first(UserStatements.lock) { $0.append(user) }
                if locked != nil { try await transaction.execute(UserStatements.delete) { $0.append(user) } }
                // A statement of its own, so that it sees what was begun while the lock was waited for.
                if let earlier = try await transaction.first(ErasureStatements.findByUser, { $0.append(user) }) {
                    return earlier
                }
                guard locked != nil else { throw DomainError.notFound(.user) }
                let begun = try await transaction.first(ErasureStatements.begin) {
                    $0.append(id)
                    $0.append(user)
                    $0.append(clock?.now())
                }
                guard let begun else { throw DomainError.failure }
                try await trail.write(.userErase, .user, [user], in: transaction)
                return begun
            }
        }
    }

    public func find(_ id: ErasureID) async throws(DomainError) -> Erasure? {
        try await client.inDomain(.read) { try await client.first(ErasureStatements.find) { $0.append(id) } }
    }

    public func unfinished() async throws(DomainError) -> (erasure: Erasure, phaseAge: Duration)? {
        try await client.inDomain(.read) {
            try await client.first(ErasureStatements.unfinished) { $0.append(clock?.now()) }
                .map { ($0.0, .microseconds($0.1)) }
        }
    }

    public func erased(within age: Duration) async throws(DomainError) -> [UserID] {
        try await client.inDomain(.read) {
            try await client.rows(ErasureStatements.erased) {
                $0.append(clock?.now())
                $0.append(age.microseconds)
            }
        }
    }

    public func removeJobs(
        of user: UserID, limit: Int
    ) async throws(DomainError) -> (removed: Int, left: Int) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let keys = try await transaction.rows(OrderStatements.lockOfOwner) {
                    $0.append(user)
                    $0.append(Int64(limit))
                }
                let counts = try await transaction.first(ErasureStatements.removeJobs) {
                    $0.append(user)
                    $0.append(Int64(limit))
                    $0.append(clock?.now())
                    $0.append(array: keys.map(\.queue.text))
                    $0.append(array: keys.map(\.text))
                }
                guard let counts else { throw DomainError.failure }
                if !keys.isEmpty {
                    try await transaction.execute(OrderUpkeepStatements.forget) { $0.append(keys) }
                }
                return (Int(counts.removed), Int(counts.left))
            }
        }
    }

    public func removeDeadRecords(of user: UserID, limit: Int) async throws(DomainError) -> Int {
        try await client.inDomain(.write) {
            try await client.execute(ErasureStatements.removeDeadRecords) {
                $0.append(user)
                $0.append(Int64(limit))
            }
        }
    }

    public func removeKeys(
        of user: UserID, limit: Int
    ) async throws(DomainError) -> (records: Int, claims: Int) {
        try await client.inDomain(.write) {
            let records = try await client.execute(ErasureStatements.removeRecords) {
                $0.append(user)
                $0.append(Int64(limit))
            }
            let claims = try await client.execute(ErasureStatements.removeClaims) {
                $0.append(user)
                $0.append(Int64(limit))
            }
            return (records, claims)
        }
    }

    public func save(_ erasure: Erasure) async throws(DomainError) {
        try await client.inDomain(.write) {
            _ = try await client.execute(ErasureStatements.save) {
                $0.append(erasure.id)
                $0.append(erasure.phase.rawValue)
                $0.append(Int64(erasure.removedJobs))
                $0.append(Int64(erasure.removedArchivedJobs))
                $0.append(Int64(erasure.removedDeadRecords))
                $0.append(clock?.now())
                $0.append(Int64(erasure.removedIdempotencyRecords))
                $0.append(Int64(erasure.removedUniqueClaims))
            }
        }
    }
}
