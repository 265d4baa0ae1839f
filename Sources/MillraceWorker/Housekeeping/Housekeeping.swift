import Logging
import MillraceDomain
public import ServiceLifecycle

/// What the fleet needs done by somebody: ended jobs go to the archive, erased users' data goes, counters are summed
/// up, partitions are made ahead and dropped. Every consumer offers itself; the one that holds the lease does it.
public struct Housekeeping: Service {
    private let dependencies: HousekeepingDependencies
    private let settings: HousekeepingSettings

    /// Makes the service; nothing happens before `run`.
    public init(_ dependencies: HousekeepingDependencies, settings: HousekeepingSettings) {
        self.dependencies = dependencies
        self.settings = settings
    }

    /// Works until graceful shutdown or cancellation, lets the step under way finish, and gives the lease back.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.offer() }
        // Asked for without being cancelled: a lease that is given back is taken over at once.
        let released = await letFinish { [dependencies, settings] () async throws(DomainError) in
            try await dependencies.lease.release(as: settings.holder)
        }
        if case .failure(let error) = released {
            dependencies.logger.info("housekeeping lease not given back", metadata: ["error": "\(error)"])
        }
    }

    /// Tries to take the lease, and does the chores while it lasts.
    private func offer() async {
        while !Task.isCancelled {
            if await hold() == .held {
                dependencies.logger.info("housekeeping taken over", metadata: ["holder": "\(settings.holder)"])
                await withDiscardingTaskGroup { group in
                    for chore in chores { group.addTask { await chore() } }
                    await renew()
                    group.cancelAll()
                }
            }
            await pause(settings.lease / 3 * Double.random(in: 0.8...1.2))
        }
    }

    /// Returns when the lease is lost, or may be, or the task is cancelled.
    private func renew() async {
        var heldUntil = ContinuousClock.now + settings.lease
        while !Task.isCancelled {
            await pause(settings.lease / 3)
            let askedAt = ContinuousClock.now
            switch await hold() {
            case .held: heldUntil = askedAt + settings.lease
            case .elsewhere: return
            case .unknown where askedAt >= heldUntil: return
            case .unknown: break
            }
        }
    }

    private enum Standing {
        case held, elsewhere, unknown
    }

    private func hold() async -> Standing {
        do {
            return try await dependencies.lease.hold(as: settings.holder, for: settings.lease) ? .held : .elsewhere
        } catch {
            if !Task.isCancelled {
                dependencies.logger.debug("housekeeping lease not taken", metadata: ["error": "\(error)"])
            }
            return .unknown
        }
    }

    private var chores: [@Sendable () async -> Void] {
        let (ports, logger) = (dependencies, dependencies.logger)
        var chores: [@Sendable () async -> Void] = [
            CounterLoop(counters: ports.counters, settings: settings, logger: logger).run,
            ErasureLoop(
                erase: ContinueErasure(erasures: ports.erasures, archive: ports.archive, settling: settings.settling),
                eraseLatecomers: EraseLatecomers(erasures: ports.erasures, archive: ports.archive), settings: settings,
                logger: logger
            ).run,
            UpkeepLoop(upkeep: ports.upkeep, settings: settings, logger: logger).run,
        ]
        if settings.isArchiving {
            let archive = ArchiveLoop(
                copy: ArchiveFinishedJobs(
                    jobs: ports.finished, archive: ports.archive, hotTimes: settings.hotTimes,
                    retention: settings.retention),
                remove: RemoveArchivedJobs(jobs: ports.finished, archive: ports.archive),
                listingDelay: ports.archive.listingDelay, settings: settings, metrics: ArchiveMetrics(), logger: logger)
            chores.append(archive.run)
        }
        return chores
    }
}

/// Waits; shorter when the task is cancelled, which the caller's loop sees.
func pause(_ duration: Duration) async {
    try? await ContinuousClock().sleep(for: duration)
}
