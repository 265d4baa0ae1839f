/// One statement that a caller waits for, from its acceptance by the pool's thread to its answer.
///
/// Lives on the pool's thread only.
final class InFlight {
    let request: Request
    /// Nil once the caller has been answered; what still comes back is then dropped.
    private(set) var continuation: CheckedContinuation<QueryResult, any Error>?
    /// When the caller began to wait.
    let acceptedAt: ContinuousClock.Instant
    /// When our patience ends; set when it is sent.
    var deadline: ContinuousClock.Instant?
    /// What the server said of a statement that has a sync of its own, which is what commits it: nothing has happened
    /// before that is answered too.
    var uncommitted: QueryResult?
    /// How often it was sent again after it surely had no effect, or changes nothing.
    var resends = 0

    /// Has a sync of its own, so that no neighbour's failure skips it: what changes something, and what was skipped.
    var isAlone: Bool { request.text.access == .write || resends > 0 }

    init(_ request: Request, _ continuation: CheckedContinuation<QueryResult, any Error>?) {
        self.request = request
        self.continuation = continuation
        self.acceptedAt = .now
    }

    /// Answers the caller, once.
    func finish(_ outcome: Result<QueryResult, any Error>) {
        continuation?.resume(with: outcome)
        continuation = nil
    }
}
