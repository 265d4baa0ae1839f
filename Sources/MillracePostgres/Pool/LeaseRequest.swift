import Synchronization

/// A caller's wish for a connection of its own.
final class LeaseRequest: Sendable {
    /// Set by the caller's cancellation before the pool's thread is told.
    let isCancelled = Atomic(false)
}
