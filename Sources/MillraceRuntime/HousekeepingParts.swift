import Logging
import MillraceConfiguration
import MillraceDomain
import MillracePostgres
import MillraceWorker

/// The housekeeping of a consumer over the real stores.
struct HousekeepingParts: Sendable {
    let service: Housekeeping
    let gauges: QueueGauges

    init(_ parts: ConsumerParts, _ settings: Settings, logger: Logger) {
        let (archive, retention) = (settings.archive, settings.retention)
        let postgres = parts.housekeepingPostgres
        let finished = PostgresFinishedJobs(client: postgres)
        let counters = PostgresQueueCounters(client: postgres)
        var chores = HousekeepingSettings(holder: ProcessName.current)
        chores.isArchiving = archive.store != .none
        chores.hotTimes = archive.hotTimes
        chores.retention = retention.jobs
        chores.idle = (.seconds(1), min(.seconds(10), max(archive.hotTimes.others / 4, .seconds(1))))
        service = Housekeeping(
            HousekeepingDependencies(
                lease: PostgresHousekeepingLease(client: postgres), finished: finished,
                archive: parts.archive.archive, erasures: PostgresErasureRepository(client: postgres),
                counters: counters,
                upkeep: PostgresStoreUpkeep(
                    client: postgres, retention: retention.jobs, identities: retention.identities,
                    deadRecords: retention.deadRecords, audit: retention.audit),
                logger: logger),
            settings: chores)
        gauges = QueueGauges(
            counters: counters, finished: finished, hotTimes: chores.isArchiving ? archive.hotTimes : nil,
            logger: logger)
    }
}
