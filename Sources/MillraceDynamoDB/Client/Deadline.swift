/// The time limit of ``withDeadline(_:_:)`` passed.
struct DeadlineExceeded: Error {}

/// Runs `body`, cancelled when it takes longer than `limit`.
///
/// - Throws: ``DeadlineExceeded``, or what `body` throws.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @concurrent @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlineExceeded()
        }
        // There are two children, so there is a first one.
        guard let value = try await group.next() else { throw DeadlineExceeded() }
        return value
    }
}
