public import Logging
public import MillraceDomain

/// Everything that housekeeping works with.
public struct HousekeepingDependencies: Sendable {
    /// Who does it.
    public var lease: any HousekeepingLease
    /// Where ended jobs come from.
    public var finished: any FinishedJobs
    /// Where they go.
    public var archive: any JobArchive
    /// Which users are to be erased.
    public var erasures: any ErasureRepository
    /// How many jobs are in which state.
    public var counters: any QueueCounters
    /// What the store needs done.
    public var upkeep: any StoreUpkeep
    /// Where log lines go.
    public var logger: Logger

    /// Gathers them.
    public init(
        lease: any HousekeepingLease, finished: any FinishedJobs, archive: any JobArchive,
        erasures: any ErasureRepository, counters: any QueueCounters, upkeep: any StoreUpkeep, logger: Logger
    ) {
        self.lease = lease
        self.finished = finished
        self.archive = archive
        self.erasures = erasures
        self.counters = counters
        self.upkeep = upkeep
        self.logger = logger
    }
}
