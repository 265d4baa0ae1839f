public import MillraceDomain

/// Tokens in Postgres, by their digests.
public struct PostgresTokenRepository: TokenRepository {
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

    public func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken {
        try await client.inDomain(.write) {
            let created = try await client.transaction { transaction in
                let created = try await transaction.first(TokenStatements.create) {
                    $0.append(id)
                    $0.append(userID)
                    $0.append(request.name.text)
                    $0.append(array: request.scopes.map(\.rawValue).sorted())
                    $0.append(digest.bytes)
                    $0.append(request.expiresAt)
                    $0.append(clock?.now())
                }
                if created != nil { try await trail.write(.tokenCreate, .token, [id], in: transaction) }
                return created
            }
            if let created { return created }
            let existing = try await client.first(TokenStatements.findByDigest) { $0.append(digest.bytes) }
            // Revoked between the two statements: the same call makes it anew.
            guard let existing else { throw DomainError.unavailable }
            return existing
        }
    }

    public func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer? {
        try await client.inDomain(.read) {
            try await client.first(TokenStatements.bearer) {
                $0.append(digest.bytes)
                $0.append(clock?.now())
            }
        }
    }

    public func list(userID: UserID) async throws(DomainError) -> [APIToken] {
        try await client.inDomain(.read) { try await client.rows(TokenStatements.list) { $0.append(userID) } }
    }

    public func revoke(_ id: TokenID, userID: UserID) async throws(DomainError) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let removed = try await transaction.execute(TokenStatements.revoke) {
                    $0.append(id)
                    $0.append(userID)
                }
                guard removed == 1 else { throw DomainError.notFound(.token) }
                try await trail.write(.tokenRevoke, .token, [id], in: transaction)
            }
        }
    }
}
