import MillraceDomain

/// Many users in one go, as part of a transaction.
struct UserUpsert {
    private struct Row {
        let id: UserID
        let key: String
        let profile: UserProfile
    }

    private let rows: [Row]

    /// So many rows go in one statement.
    private static let batchSize = 1_000

    init(_ users: [(id: UserID, profile: UserProfile)]) {
        // One order for all, so that two imports at once wait for each other instead of deadlocking.
        rows = users.map { Row(id: $0.id, key: $0.profile.email.key, profile: $0.profile) }.sorted { $0.key < $1.key }
    }

    func run(in runner: some StatementRunner, _ clock: (any WallClock)?) async throws -> UpsertCounts {
        var counts = UpsertCounts()
        for start in stride(from: 0, to: rows.count, by: Self.batchSize) {
            let batch = rows[start..<min(start + Self.batchSize, rows.count)]
            let changed = try await runner.rows(UserStatements.upsert) {
                $0.append(array: batch.map(\.id))
                $0.append(array: batch.map(\.profile.email.text))
                $0.append(array: batch.map(\.key))
                $0.append(array: batch.map(\.profile.name.text))
                $0.append(clock?.now())
            }
            counts.created += changed.count { $0 }
            counts.updated += changed.count { !$0 }
        }
        counts.unchanged = rows.count - counts.created - counts.updated
        return counts
    }
}
