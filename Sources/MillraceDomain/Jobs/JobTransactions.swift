/// Makes the transactions in which handlers write.
public protocol JobTransactions: Sendable {
    /// One for one attempt. Costs nothing until it is used.
    func begin() -> any JobTransaction
}

/// A transaction of one attempt, seen by whoever runs the handler. It ends by exactly one of the three calls below;
/// every later use of it fails.
public protocol JobTransaction: HandlerTransaction {
    /// Records the job's success in the transaction and commits both. When the lease is not held any more, nothing is
    /// written and all is undone. When the answer to the commit is lost, the job is read back until it is known.
    ///
    /// - Returns: what became of it; nil when nothing was ever done in the transaction, which is then over and the
    ///   success still to be recorded.
    /// - Throws: `DomainError.unavailable` when surely nothing was committed and the same may succeed later;
    ///   `.failure` when it was refused and nothing was committed; `.ambiguous` when the task was cancelled before
    ///   it was known.
    func commit(_ completion: JobCompletion, of claimed: ClaimedJob) async throws(DomainError) -> FinishOutcome?

    /// Undoes everything, and returns when that is certain or the connection is closed.
    func rollBack() async

    /// Begins to undo everything without waiting, unless the commit has begun: for a handler that shall stop.
    func close()
}
