/// The replies that are kept: those of the last 24 hours by the store's clock.
///
/// They are written by the ports that do what they are about, in the same transaction.
public protocol IdempotencyRecords: Sendable {
    /// The reply that was kept for the request.
    ///
    /// - Throws: `DomainError.idempotencyMismatch` when it asked for something else; `.unavailable` or `.failure`.
    func find(_ request: IdempotentRequest) async throws(DomainError) -> KeptReply?
}
