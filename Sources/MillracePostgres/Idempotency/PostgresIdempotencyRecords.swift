public import MillraceDomain

/// The kept replies in Postgres.
public struct PostgresIdempotencyRecords: IdempotencyRecords {
    private let client: PostgresClient
    private let clock: (any WallClock)?

    /// - Parameter clock: the store's time; nil, as in production, for the database's own.
    public init(client: PostgresClient, clock: (any WallClock)? = nil) {
        self.client = client
        self.clock = clock
    }

    public func find(_ request: IdempotentRequest) async throws(DomainError) -> KeptReply? {
        try await client.inDomain(.read) {
            let kept = try await client.first(IdempotencyStatements.find) {
                $0.append(names: [request.name])
                $0.append(clock?.now())
            }
            guard let kept else { return nil }
            guard kept.digest == request.digest else { throw DomainError.idempotencyMismatch }
            return kept.reply
        }
    }
}
