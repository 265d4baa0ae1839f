import MillraceDomain

/// One lease that a store has given, and the run under it.
///
/// Touched only on the thread that drives its simulation.
final class LeasedRun: @unchecked Sendable {
    let lease: Lease
    let consumer: String
    /// The process that runs its handler; nil before that begins.
    var life: Life?
    /// Whether it was told to stop, or stopped: what it does from then on is not its process's will.
    var isStopped = false
    /// How its handler ended.
    var outcome: RunOutcome?

    init(_ lease: Lease, consumer: String) {
        self.lease = lease
        self.consumer = consumer
    }

    /// Whether a handler works for it at this moment, as far as its process can know and help it.
    var isAtWork: Bool {
        guard let life, outcome == nil, !isStopped else { return false }
        return !life.isOver && !life.node.isFrozen && !life.node.wasPaused
    }
}
