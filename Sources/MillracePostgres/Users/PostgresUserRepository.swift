public import MillraceDomain

/// Users in Postgres.
public struct PostgresUserRepository: UserRepository {
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

    public func create(id: UserID, profile: UserProfile) async throws(DomainError) -> User {
        try await client.inDomain(.write) {
            try await client.transaction { try await create(id, profile, in: $0) }
        }
    }

    public func create(
        id: UserID, profile: UserProfile, keeping: ReplyKeeping<User>
    ) async throws(DomainError) -> RepeatableAnswer<User> {
        let gate = IdempotencyGate(clock: clock)
        return try await client.inDomain(.write) {
            try await client.transaction { transaction in
                switch try await gate.enter([keeping.request], on: transaction).first {
                case .repeated(let reply): return .repeated(reply)
                case .refused(let error): throw error
                case .open, nil: break
                }
                let user = try await create(id, profile, in: transaction)
                if let reply = keeping.reply(user) { try await gate.keep([(keeping.request, reply)], on: transaction) }
                return .done(user)
            }
        }
    }

    private func create(
        _ id: UserID, _ profile: UserProfile, in transaction: PostgresTransaction
    ) async throws -> User {
        let user = try await transaction.first(UserStatements.create) {
            $0.append(id)
            $0.append(profile)
            $0.append(clock?.now())
        }
        guard let user else { throw DomainError.failure }
        try await trail.write(.userCreate, .user, [id], in: transaction)
        return user
    }

    public func find(_ id: UserID) async throws(DomainError) -> User? {
        try await client.inDomain(.read) { try await client.first(UserStatements.find) { $0.append(id) } }
    }

    public func find(email: EmailAddress) async throws(DomainError) -> User? {
        try await client.inDomain(.read) {
            try await client.first(UserStatements.findByEmail) { $0.append(email.key) }
        }
    }

    public func list(
        onlyID: UserID?, email: EmailAddress?, page: PageRequest
    ) async throws(DomainError) -> Page<User> {
        try await client.inDomain(.read) {
            let users = try await client.rows(UserStatements.list) {
                $0.append(onlyID)
                $0.append(email?.key)
                $0.append(page: page)
            }
            return page.page(of: users) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    public func update(
        _ id: UserID, profile: UserProfile, version: Timestamp?
    ) async throws(DomainError) -> User {
        try await client.inDomain(.write) {
            let updated = try await client.transaction { transaction in
                let updated = try await transaction.first(UserStatements.update) {
                    $0.append(id)
                    $0.append(profile)
                    $0.append(version)
                    $0.append(clock?.now())
                }
                if updated != nil { try await trail.write(.userUpdate, .user, [id], in: transaction) }
                return updated
            }
            if let updated { return updated }
            throw try await find(id) == nil ? DomainError.notFound(.user) : DomainError.stale
        }
    }

    public func delete(_ id: UserID) async throws(DomainError) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                guard try await transaction.first(UserStatements.lock, { $0.append(id) }) != nil else {
                    throw DomainError.notFound(.user)
                }
                // A statement of its own, so that it sees the jobs accepted while the lock was waited for.
                guard try await transaction.first(UserStatements.hasLiveJobs, { $0.append(id) }) == false else {
                    throw DomainError.conflict(.hasLiveJobs)
                }
                try await transaction.execute(UserStatements.delete) { $0.append(id) }
                try await trail.write(.userDelete, .user, [id], in: transaction)
            }
        }
    }
}

extension EmailAddress {
    /// What is compared to tell whether two addresses are the same.
    var key: String { text.lowercased() }
}

extension Parameters {
    fileprivate mutating func append(_ profile: UserProfile) {
        append(profile.email.text)
        append(profile.email.key)
        append(profile.name.text)
    }
}
