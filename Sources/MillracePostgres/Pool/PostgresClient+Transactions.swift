import Synchronization

extension PostgresClient {
    /// Runs `body` in a transaction (read committed) on a connection of its own.
    ///
    /// Commits when `body` returns; when it throws or the task is cancelled, everything is rolled back before this
    /// returns, or the connection is closed, which does the same.
    ///
    /// - Throws: what `body` throws; ``PostgresError`` of kind `ambiguous` when the connection was lost after COMMIT
    ///   was sent; of kind `server` when `body` swallowed an error, so that there was nothing left to commit.
    func transaction<Value: Sendable>(
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let lease = try await acquire()
        let outcome: Result<Value, any Error>
        do {
            let value = try await body(PostgresTransaction(client: self, lease: lease))
            try Task.checkCancellation()
            try await commit(lease)
            outcome = .success(value)
        } catch {
            outcome = .failure(error)
        }
        await release(lease)
        return try outcome.get()
    }

    /// Waits for a connection of its own, with a transaction begun on it.
    func acquire() async throws -> LeaseID {
        let request = LeaseRequest()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    try post(.acquire(request, continuation))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            request.isCancelled.store(true, ordering: .releasing)
            notify(.cancelAcquire(request))
        }
    }

    /// Not cut short by cancellation: what became of a COMMIT must be known.
    func commit(_ lease: LeaseID) async throws {
        let request = Request(
            TransactionStatements.commit, Parameters(), timeout: settings.statementTimeout, lease: lease,
            loss: .ambiguous)
        let result = try await withCheckedThrowingContinuation { continuation in
            do {
                try post(.execute(request, continuation))
            } catch {
                continuation.resume(throwing: error)
            }
        }
        // The server answers ROLLBACK to the COMMIT of a failed transaction.
        guard result.commandTag == "COMMIT" else {
            var error = PostgresError(.server, "The transaction had failed and was rolled back.")
            error.sqlState = "25P02"
            throw error
        }
    }

    /// Gives the connection back; what is open on it is rolled back first.
    func release(_ lease: LeaseID) async {
        await withCheckedContinuation { continuation in
            do {
                try post(.release(lease, continuation))
            } catch {
                // The thread has ended and closed every connection.
                continuation.resume()
            }
        }
    }
}
