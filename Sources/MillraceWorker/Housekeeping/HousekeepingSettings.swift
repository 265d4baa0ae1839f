public import MillraceDomain

/// How housekeeping is done.
public struct HousekeepingSettings: Hashable, Sendable {
    /// What this process is called where the lease is kept; no other process has the same name.
    public var holder: String
    /// How long the lease lasts unless it is renewed, which is done three times as often.
    public var lease: Duration = .seconds(30)
    /// Whether ended jobs go to the archive; otherwise they stay.
    public var isArchiving = true
    /// How long ended jobs stay where they ran.
    public var hotTimes = HotTimes()
    /// How long they are kept after that.
    public var retention = RetentionPolicy()
    /// How many jobs one step of the archiver takes, at least and at most.
    public var archiveBatch = 25...1000
    /// How the archiver works while it keeps up: in steps too short to be noticed beside live jobs.
    public var archivePace = ArchivePace(step: .milliseconds(20), rest: 4)
    /// How it works when it has fallen behind.
    public var archiveCatchingUp = ArchivePace(step: .milliseconds(100), rest: 1)
    /// It has fallen behind when it has not come to the end of what is due for so long.
    public var archiveBehindAfter: Duration = .seconds(15)
    /// So long the archiver goes on with what has come due meanwhile before it begins with the earliest again.
    public var archiveLapTime: Duration = .seconds(60)
    /// So many copied jobs may wait for their removal.
    public var removalBound = 50_000
    /// How long to wait when there was nothing to do, doubling from the one to the other.
    public var idle: (from: Duration, to: Duration) {
        get { (idleFrom, idleTo) }
        set { (idleFrom, idleTo) = newValue }
    }
    private var idleFrom: Duration = .seconds(1)
    private var idleTo: Duration = .seconds(10)
    /// How long what was read before an erasure may still be on its way to the archive.
    public var settling: Duration = .seconds(15)
    /// How often erased users are looked for again.
    public var latecomersEvery: Duration = .seconds(3600)
    /// How often the counters are compared with the jobs.
    public var reconcileEvery: Duration = .seconds(600)
    /// How often partitions are looked after.
    public var upkeepEvery: Duration = .seconds(3600)

    /// Makes settings with their defaults.
    public init(holder: String) {
        self.holder = holder
    }
}
