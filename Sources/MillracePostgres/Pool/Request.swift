import Synchronization

/// One statement as a caller hands it to the pool's thread.
final class Request: Sendable {
    /// What it means when the connection is lost after the statement was sent.
    enum Loss: Sendable {
        /// It changed nothing: send it again.
        case repeatable
        /// It may have been committed.
        case ambiguous
        /// It was part of a transaction that is gone: surely without effect.
        case rolledBack
    }

    let text: StatementText
    let parameters: Parameters
    let timeout: Duration
    /// The transaction it belongs to.
    let lease: LeaseID?
    let loss: Loss
    /// Set by the caller's cancellation before the pool's thread is told, so that either order of arrival works.
    let isCancelled = Atomic(false)

    init(_ text: StatementText, _ parameters: Parameters, timeout: Duration, lease: LeaseID? = nil, loss: Loss) {
        self.text = text
        self.parameters = parameters
        self.timeout = timeout
        self.lease = lease
        self.loss = loss
    }
}
