import Synchronization

extension PostgresClient: StatementRunner {
    /// Runs one statement, committed on its own, on whichever connection is least busy.
    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult {
        try await run(text, parameters, timeout: settings.statementTimeout)
    }

    func run(_ text: StatementText, _ parameters: Parameters, timeout: Duration) async throws -> QueryResult {
        let loss: Request.Loss = text.access == .read ? .repeatable : .ambiguous
        return try await run(Request(text, parameters, timeout: timeout, loss: loss))
    }

    /// Hands a request to the pool's thread and waits for the answer or the caller's cancellation.
    func run(_ request: Request) async throws -> QueryResult {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    try post(.execute(request, continuation))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            request.isCancelled.store(true, ordering: .releasing)
            notify(.cancel(request))
        }
    }
}
