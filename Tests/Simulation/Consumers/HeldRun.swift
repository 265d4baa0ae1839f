import MillraceDomain

/// A job that a consumer holds the lease of, as far as the consumer knows.
///
/// Touched only on the thread that drives its simulation.
final class HeldRun: @unchecked Sendable {
    /// Why a handler is not waited for any more.
    enum End: Sendable {
        case byItself, stopped
        /// It goes on and is left behind; with the outcome to write, if any.
        case abandoned(RunOutcome?)
    }

    let claimed: ClaimedJob
    /// By the node's clock.
    var validUntil: Timestamp
    var stopAskedAt: Timestamp?
    var isCancelAsked = false
    var isLost = false
    var hasEnded = false
    var isStubborn = false
    var ending: Promise<End?>?
    var audited: LeasedRun?

    init(_ claimed: ClaimedJob, validUntil: Timestamp) {
        (self.claimed, self.validUntil) = (claimed, validUntil)
    }
}
