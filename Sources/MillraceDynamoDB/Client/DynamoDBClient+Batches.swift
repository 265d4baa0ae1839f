import MillraceDomain

extension DynamoDBClient {
    /// Calls a batch operation again with what it gives back undone, waiting longer each time.
    ///
    /// - Parameters:
    ///   - requests: The operation's `RequestItems`.
    ///   - rest: The answer's member that holds what is left.
    ///   - take: What to do with each answer.
    /// - Throws: ``DynamoDBError`` of kind `throttled` when something is left after the last attempt.
    func callUntilProcessed(
        _ operation: String, _ requests: JSONText, rest: String,
        _ take: (JSONText) throws(DynamoDBError) -> Void
    ) async throws(DynamoDBError) {
        var requests = requests
        for attempt in 1...maxAttempts {
            let body = document { $0.member("RequestItems") { $0.value(requests) } }
            let answer = try await call(operation, body)
            try take(answer)
            guard let left = answer.member(rest), left.members?.isEmpty == false else { return }
            requests = left
            if attempt < maxAttempts { try await pause(after: attempt) }
        }
        throw DynamoDBError(.throttled, "\(operation) left something undone \(maxAttempts) times")
    }

    /// Waits as between two attempts.
    func pause(after attempt: Int) async throws(DynamoDBError) {
        do {
            try await Task.sleep(for: backoff(after: attempt))
        } catch {
            throw DynamoDBError(.cancelled, "cancelled while waiting")
        }
    }
}
