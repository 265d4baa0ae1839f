public import MillraceDomain

/// The audit in Postgres.
public struct PostgresAuditLog: AuditLog {
    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func write(_ action: AuditAction, _ subject: AuditSubject, note: AuditNote) async throws(DomainError) {
        try await client.inDomain(.write) {
            try await AuditTrail(clock: clock, note: note).write(action, subject, on: client)
        }
    }

    public func list(_ filter: AuditFilter, page: PageRequest) async throws(DomainError) -> Page<AuditEntry> {
        try await client.inDomain(.read) {
            let entries = try await client.rows(AuditStatements.list) {
                $0.append(filter.actor)
                $0.append(filter.action?.word)
                $0.append(filter.subjectType)
                $0.append(filter.subjectID)
                $0.append(filter.since ?? Timestamp(microseconds: .min))
                $0.append(filter.until ?? Timestamp(microseconds: .max))
                $0.append(page: page)
            }
            return page.page(of: entries, at: \.position)
        }
    }
}

extension Parameters {
    fileprivate mutating func append(_ actor: AuditFilter.Actor?) {
        switch actor {
        case .id(let id)?:
            append(id)
            append(String?.none)
        case .process(let name)?:
            append(UniqueID?.none)
            append(name)
        case nil:
            append(UniqueID?.none)
            append(String?.none)
        }
    }
}
