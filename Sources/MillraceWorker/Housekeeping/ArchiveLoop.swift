import Logging
import Metrics
import MillraceDomain

/// Moves ended jobs to the archive: copies, waits until lists cannot miss them any more, removes.
struct ArchiveLoop: Sendable {
    let copy: ArchiveFinishedJobs
    let remove: RemoveArchivedJobs
    let listingDelay: Duration
    let settings: HousekeepingSettings
    let metrics: ArchiveMetrics
    let logger: Logger

    /// Moves jobs until its task is cancelled. What was copied and not removed then is copied again by the next one.
    func run() async {
        var (lap, idle, backoff) = (ArchiveLap(settings), IdleWait(settings), Backoff())
        while !Task.isCancelled {
            do throws(DomainError) {
                let removed = try await removeDue(&lap)
                let copied = try await copyNext(&lap)
                backoff.reset()
                if removed.jobs + copied.jobs > 0 {
                    idle.reset()
                    // What only the archive is busy with is in nobody's way.
                    await pause((removed.storeTime + copied.storeTime) * lap.pace().rest)
                } else if lap.hasMore {
                    continue
                } else if let due = lap.nextRemoval {
                    await pause(min(due + listingDelay - .now, settings.idle.from))
                    lap.goOn()
                } else {
                    lap.begin()
                    await idle.wait()
                }
            } catch {
                metrics.failed.increment()
                logger.warning("archiving interrupted", metadata: ["error": "\(error)"])
                lap.shrink()
                do { try await backoff.wait() } catch { return }
            }
        }
    }

    private typealias Work = (jobs: Int, storeTime: Duration)

    private func copyNext(_ lap: inout ArchiveLap) async throws(DomainError) -> Work {
        guard let (group, after, limit) = lap.next() else { return (0, .zero) }
        let began = ContinuousClock.now
        let step = try await letFinish { [copy] () async throws(DomainError) in
            try await copy(group, after: after, limit: limit)
        }.get()
        let took = ContinuousClock.now - began
        lap.note(step, of: group, took: took)
        for id in step.refused {
            metrics.refused.increment()
            logger.error("archive refused a job", metadata: ["job.id": "\(id)"])
        }
        if !step.versions.isEmpty { metrics.copied(step.versions.count, took) }
        return (step.versions.count, step.storeTime)
    }

    private func removeDue(_ lap: inout ArchiveLap) async throws(DomainError) -> Work {
        guard let versions = lap.due(before: .now - listingDelay) else { return (0, .zero) }
        let began = ContinuousClock.now
        try await letFinish { [remove] () async throws(DomainError) in try await remove(versions) }.get()
        lap.forgetDue()
        metrics.removed.increment(by: versions.count)
        return (versions.count, .now - began)
    }
}
