/// What callers ask of the pool's thread.
enum PoolCommand: Sendable {
    case execute(Request, CheckedContinuation<QueryResult, any Error>)
    case cancel(Request)
    case acquire(LeaseRequest, CheckedContinuation<LeaseID, any Error>)
    case cancelAcquire(LeaseRequest)
    /// Ends a lease; what is still open is rolled back first.
    case release(LeaseID, CheckedContinuation<Void, Never>)
    /// The same, with nobody waiting for the end of it.
    case abandon(LeaseID)
    case resolved(Result<[String: [String]], PostgresError>)
    case resize(PoolSettings)
    case snapshot(CheckedContinuation<PoolSnapshot, Never>)
    case shutdown(grace: Duration)
}
