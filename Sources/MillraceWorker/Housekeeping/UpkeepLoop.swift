import Logging
import MillraceDomain

/// Has the store make room ahead and drop what is past its time.
struct UpkeepLoop: Sendable {
    let upkeep: any StoreUpkeep
    let settings: HousekeepingSettings
    let logger: Logger

    func run() async {
        var backoff = Backoff(cap: .seconds(60))
        while !Task.isCancelled {
            switch await letFinish({ () async throws(DomainError) in try await upkeep.keepUp() }) {
            case .success(let report):
                backoff.reset()
                note(report)
                // What was removed in part goes on at once, at the pace of a chore.
                await pause(report.hasMore ? settings.idle.from : settings.upkeepEvery)
            case .failure(let error):
                logger.warning("store upkeep failed", metadata: ["error": "\(error)"])
                do { try await backoff.wait() } catch { return }
            }
        }
    }

    private func note(_ report: UpkeepReport) {
        guard report != UpkeepReport() else { return }
        logger.info(
            "store kept up",
            metadata: [
                "partitions.made": "\(report.made)", "partitions.dropped": "\(report.dropped)",
                "dead_records.removed": "\(report.removedRecords)",
                "ordering_keys.removed": "\(report.removedKeys)",
                "unique_claims.removed": "\(report.removedClaims)",
            ])
    }
}
