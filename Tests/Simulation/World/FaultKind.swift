/// The sorts of fault that a simulation makes.
public enum FaultKind: Int, CaseIterable, Hashable, Sendable {
    /// The store refuses a call before it does anything.
    case refusedCall
    /// The store does what it was asked, and the answer is lost.
    case lostReply
    /// A call takes seconds, perhaps longer than its caller waits; it may still be done then.
    case slowCall
    /// The store calls what it was asked a defect, once.
    case storeDefect
    /// The store is away for a while.
    case storeDown
    /// The store stands still for a while and goes on with everything it was asked.
    case storeFrozen
    /// The archive is away for a while.
    case archiveDown
    /// A process dies, and another one takes its name later.
    case crash
    /// A process stands still and wakes.
    case freeze
    /// A process stands still, and its clock with it, so that it does not know.
    case pausedClock
    /// A process is asked to end, drains and starts again.
    case drain
    /// Clocks of processes run fast or slow.
    case clockDrift
    /// Clocks of processes are wrong by hours.
    case wrongWallClock
    /// A record is lost on its way to the broker.
    case lostRecord
    /// A record is written twice.
    case doubledRecord
    /// A record comes late, behind others.
    case lateRecord
    /// Records are read again that were read before.
    case redelivery
    /// Partitions change their owners; old and new ones overlap.
    case rebalance
    /// A log is cut before it was read.
    case trimmedLog
    /// A topic is made anew under its name.
    case recreatedTopic
    /// The cluster comes back empty, under another id.
    case emptyCluster
    /// Records that nobody can read, or that ask for what does not exist.
    case badRecord
    /// Handlers that fail, time out, snooze, or return too much.
    case failingHandler
    /// Handlers that go on after they were stopped.
    case stubbornHandler
    /// A queue is paused and goes on.
    case pausedQueue
    /// Jobs are cancelled, waiting or running.
    case cancel
    /// An operator sends ended jobs back.
    case operatorRetry

    /// Its name, as it is written in a scenario.
    public var name: String { "\(self)" }
}
