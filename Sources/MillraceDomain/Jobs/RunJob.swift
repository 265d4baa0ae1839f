/// Runs one attempt of a claimed job.
public struct RunJob: Sendable {
    private let catalogue: HandlerCatalogue
    private let handlers: any HandlerRegistry
    private let transactions: (any JobTransactions)?

    /// Makes the use case.
    ///
    /// - Parameter transactions: what transactional handlers write in; nil leaves their kinds without a handler.
    public init(
        catalogue: HandlerCatalogue, handlers: any HandlerRegistry, transactions: (any JobTransactions)? = nil
    ) {
        self.catalogue = catalogue
        self.handlers = handlers
        self.transactions = transactions
    }

    /// Runs the job's handler under its time limit, and returns when the handler has.
    ///
    /// Cancelling the calling task cancels the handler; the outcome is then `.stopped`, unless the handler had
    /// finished first.
    ///
    /// - Parameters:
    ///   - reportProgress: told how far the handler says it is.
    ///   - onTimeLimit: told when the time limit has passed and the handler is being cancelled: whatever it returns
    ///     later, the outcome is ``RunOutcome/timedOut``.
    public func callAsFunction(
        _ claimed: ClaimedJob, reportProgress: @escaping @Sendable (JobProgress) -> Void = { _ in },
        onTimeLimit: @escaping @Sendable () -> Void = {}
    ) async -> RunOutcome {
        let context = JobContext(timeout: timeLimit(of: claimed), reportProgress: reportProgress)
        guard let description = catalogue[claimed.job.submission.kind] else { return .noHandler }
        if let handler = handlers.transactionalHandler(for: description), let transactions {
            return await run(handler, claimed, context, in: transactions.begin(), onTimeLimit)
        }
        guard let handler = handlers.handler(for: description) else { return .noHandler }
        return await Self.limited(to: context.timeout, onTimeLimit) {
            try await handler.run(claimed.job, context: context)
        }
    }

    /// How long one attempt of the job may take.
    public func timeLimit(of claimed: ClaimedJob) -> Duration {
        let submission = claimed.job.submission
        return submission.timeout ?? catalogue[submission.kind]?.policy.timeout ?? HandlerPolicy().timeout
    }

    private func run(
        _ handler: any TransactionalJobHandler, _ claimed: ClaimedJob, _ context: JobContext,
        in transaction: any JobTransaction, _ onTimeLimit: @escaping @Sendable () -> Void
    ) async -> RunOutcome {
        // The transaction is closed under a handler that shall stop, also under one that does not care.
        let outcome = await withTaskCancellationHandler {
            await Self.limited(
                to: context.timeout,
                {
                    onTimeLimit()
                    transaction.close()
                }
            ) {
                try await handler.run(claimed.job, context: context, in: transaction)
            }
        } onCancel: {
            transaction.close()
        }
        guard case .succeeded(let result) = outcome else {
            await transaction.rollBack()
            return outcome
        }
        return await commit(claimed, result, transaction)
    }

    private func commit(
        _ claimed: ClaimedJob, _ result: JSONText?, _ transaction: any JobTransaction
    ) async -> RunOutcome {
        do throws(DomainError) {
            let settled = try await transaction.commit(.success(of: claimed, result: result), of: claimed)
            return settled.map { .settled($0) } ?? .succeeded(result)
        } catch {
            switch error {
            case .ambiguous: return .settled(nil)
            case .unavailable where Task.isCancelled: return .stopped
            case .unavailable: return .notCommitted("commit_lost", "The commit did not come about")
            default: return .notCommitted("commit_refused", "The store refused the commit")
            }
        }
    }

    private static func limited(
        to limit: Duration, _ onTimeLimit: @escaping @Sendable () -> Void,
        _ body: @escaping @Sendable () async throws -> HandlerOutcome
    ) async -> RunOutcome {
        await withTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { await end(of: body) }
            group.addTask {
                do { try await ContinuousClock().sleep(for: limit) } catch { return nil }
                return .timedOut
            }
            var outcome: RunOutcome?
            while outcome == nil, let next = await group.next() { outcome = next }
            if outcome == .timedOut { onTimeLimit() }
            group.cancelAll()
            return outcome ?? .stopped
        }
    }

    private static func end(of body: @Sendable () async throws -> HandlerOutcome) async -> RunOutcome {
        do {
            switch try await body() {
            case .succeeded(let result): return bounded(result)
            case .snooze(let duration): return .snoozed(max(duration, .zero))
            }
        } catch let failure as JobFailure {
            return Task.isCancelled ? .stopped : .failed(failure)
        } catch {
            // The error's text may hold anything, secrets too: its type is what a stranger may see.
            let failure = JobFailure(code: "handler_error", message: "The handler threw \(type(of: error)).")
            return Task.isCancelled ? .stopped : .failed(failure)
        }
    }

    private static func bounded(_ result: JSONText?) -> RunOutcome {
        guard let result, result.bytes.count > Self.maxResultBytes else { return .succeeded(result) }
        return .failed(.permanent("result_too_large", "The result has more than \(Self.maxResultBytes) bytes."))
    }

    /// A longer result is a permanent failure.
    public static let maxResultBytes = 64 * 1024
}
