import MillracePostgres

/// Asks again until the answer is yes; throws when it is not within the limit.
func eventually(
    within limit: Duration = .seconds(10), _ what: String, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        await Task.yield()
    }
}

struct NeverHappened: Error {
    let what: String
}
