/// Code that does a kind of job inside a transaction of the store: what it writes there and the job's success are
/// committed together, or neither is.
///
/// It may be called more than once for one job, as any handler, but the writes of one call at most stay: those of the
/// call that is recorded as the job's success. When it snoozes, fails, is stopped or loses its lease, its writes are
/// undone. What it does elsewhere is not part of the transaction.
public protocol TransactionalJobHandler: Sendable {
    /// Does the job.
    ///
    /// - Parameter transaction: opened by its first use; the wait for a connection and the open transaction count into
    ///   the attempt's time limit. Of no use once this has returned or was stopped.
    /// - Returns: that it succeeded, with or without a result, or that it wants to be called again later.
    /// - Throws: `JobFailure` to say how it failed; any other error is a failure that may be retried.
    func run(
        _ job: Job, context: JobContext, in transaction: any HandlerTransaction
    ) async throws -> HandlerOutcome
}

/// What a handler may write together with its job's success. The store's adapter offers more on its own kind of it.
public protocol HandlerTransaction: Sendable {
    /// Creates the users whose address is new and renames those whose name differs.
    ///
    /// - Parameter users: at most one of each address, without regard to case; any number.
    /// - Throws: `DomainError.unavailable` when the transaction has ended or its connection is lost: nothing of it
    ///   stays; `.failure`.
    func upsert(_ users: [(id: UserID, profile: UserProfile)]) async throws(DomainError) -> UpsertCounts
}
