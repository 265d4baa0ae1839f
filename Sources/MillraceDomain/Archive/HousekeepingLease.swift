/// The right to do the fleet's housekeeping, held by one process at a time.
///
/// It saves work; nothing goes wrong when two processes believe that they hold it. Every method may throw
/// `DomainError.unavailable`, `.ambiguous` or `.failure`.
public protocol HousekeepingLease: Sendable {
    /// Takes the lease or extends it.
    ///
    /// - Parameters:
    ///   - holder: what tells this process from all others.
    ///   - duration: how long it is good for from now, by the store's clock.
    /// - Returns: false while somebody else holds it.
    func hold(as holder: String, for duration: Duration) async throws(DomainError) -> Bool

    /// Gives the lease back, if `holder` has it.
    func release(as holder: String) async throws(DomainError)
}
