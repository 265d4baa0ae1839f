import MillraceDomain

/// Removes the unique keys that nobody holds any more. Nothing depends on it but the size of the table.
struct FreeClaimRemoval: Sendable {
    let client: PostgresClient
    let clock: (any WallClock)?

    /// Looks once through all keys that may come free, a thousand at a time.
    ///
    /// - Returns: how many were removed.
    func callAsFunction() async throws -> Int {
        var last = UniqueKey(ownerID: UserID(UniqueID(high: 0, low: 0)), kind: JobKind(stored: ""), key: "")
        var removed = 0
        // Every page begins after the one before, so that this ends.
        while true {
            let page = try await client.rows(UniqueStatements.page) { $0.append(after: last, clock?.now()) }
            guard let end = page.last else { return removed }
            removed += try await remove(page.filter(\.isFree).map(\.key))
            last = end.key
        }
    }

    private func remove(_ keys: [UniqueKey]) async throws -> Int {
        guard !keys.isEmpty else { return 0 }
        return try await client.transaction { transaction in
            let locked = try await transaction.rows(UniqueStatements.lockFree) { $0.append(keys: keys) }
            guard !locked.isEmpty else { return 0 }
            return try await transaction.execute(UniqueStatements.removeFree) {
                $0.append(keys: locked)
                $0.append(clock?.now())
            }
        }
    }
}

extension Parameters {
    fileprivate mutating func append(after key: UniqueKey, _ now: Timestamp?) {
        append(key.ownerID)
        append(key.kind.text)
        append(key.key)
        append(now)
    }
}
