import MillraceDomain

/// Looks after the ordering keys: frees those that the release before has left without a job on its way, and removes
/// those of no use. Waits for no lock, so that it holds up nobody who waits for one.
struct OrderUpkeep: Sendable {
    /// So many keys at once.
    static let batch = 1000

    let client: PostgresClient
    let clock: (any WallClock)?

    /// - Returns: how many keys were removed.
    func callAsFunction() async throws -> Int {
        try await client.execute(OrderUpkeepStatements.adopt) {
            $0.append(clock?.now())
            $0.append(Int64(Self.batch))
        }
        try await client.transaction { transaction in
            let stuck = try await transaction.rows(OrderUpkeepStatements.stuck) { $0.append(Int64(Self.batch)) }
            guard !stuck.isEmpty else { return }
            // Due at once: the next sweep takes them up.
            _ = try await KeyOrder(transaction: transaction, clock: clock).advance(Set(stuck))
        }
        return try await client.transaction { transaction in
            let idle = try await transaction.rows(OrderUpkeepStatements.idle) { $0.append(Int64(Self.batch)) }
            guard !idle.isEmpty else { return 0 }
            return try await transaction.execute(OrderUpkeepStatements.forget) { $0.append(idle) }
        }
    }
}
