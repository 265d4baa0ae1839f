import MillraceDomain

extension DynamoDBClient {
    /// Calls a batch operation again with what it gives back undone, waiting longer each time that nothing more was
    /// done; all of it within the time limit of one call.
    ///
    /// - Parameters:
    ///   - requests: The operation's `RequestItems`.
    ///   - rest: The answer's member that holds what is left.
    ///   - take: What to do with each answer.
    /// - Throws: ``DynamoDBError`` of kind `throttled` when attempt after attempt got nothing done.
    func callUntilProcessed(
        _ operation: String, _ requests: JSONText, rest: String,
        _ take: (JSONText) throws(DynamoDBError) -> Void
    ) async throws(DynamoDBError) {
        let (answers, sink) = AsyncStream.makeStream(of: JSONText.self)
        do {
            try await withDeadline(callTimeout) {
                defer { sink.finish() }
                try await repeatCalls(operation, requests, rest: rest) { sink.yield($0) }
            }
        } catch {
            throw translated(error, operation)
        }
        for await answer in answers { try take(answer) }
    }

    private func repeatCalls(
        _ operation: String, _ requests: JSONText, rest: String, _ take: (JSONText) -> Void
    ) async throws {
        var (requests, failures) = (requests, 0)
        while true {
            let answer = try await attempt(operation, document { $0.member("RequestItems") { $0.value(requests) } })
            take(answer)
            guard let left = answer.member(rest), left.members?.isEmpty == false else { return }
            failures = left.bytes.count < requests.bytes.count ? 1 : failures + 1
            guard failures < maxAttempts else {
                throw DynamoDBError(.throttled, "\(operation) got nothing done \(failures) times")
            }
            requests = left
            try await Task.sleep(for: backoff(after: failures))
        }
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
