import Logging
import MillraceDomain

/// Erases what belonged to removed users, piece by piece.
struct ErasureLoop: Sendable {
    let erase: ContinueErasure
    let eraseLatecomers: EraseLatecomers
    let settings: HousekeepingSettings
    let logger: Logger

    /// Rest between two pieces, so that live work comes first.
    private static let rest = Duration.milliseconds(50)

    func run() async {
        var (idle, backoff) = (IdleWait(settings), Backoff())
        var lookedAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            if lookedAt.map({ $0 + settings.latecomersEvery <= .now }) ?? true {
                await lookForLatecomers()
                lookedAt = .now
            }
            switch await letFinish({ () async throws(DomainError) in try await erase() }) {
            case .success(.idle):
                backoff.reset()
                await idle.wait()
            case .success(.waiting):
                backoff.reset()
                await pause(settings.idle.from)
            case .success(.moved(let erasure)):
                backoff.reset()
                idle.reset()
                note(erasure)
                await pause(Self.rest)
            case .failure(let error):
                logger.warning("erasure interrupted", metadata: ["error": "\(error)"])
                do { try await backoff.wait() } catch { return }
            }
        }
    }

    private func lookForLatecomers() async {
        switch await letFinish({ () async throws(DomainError) in try await eraseLatecomers() }) {
        case .success(0): break
        case .success(let removed):
            logger.notice("removed what came after an erasure", metadata: ["erasure.removed": "\(removed)"])
        case .failure(let error):
            logger.warning("not looked for what came after erasures", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ erasure: Erasure) {
        guard erasure.phase == .done else { return }
        logger.notice(
            "user erased",
            metadata: [
                "user.id": "\(erasure.userID)", "erasure.jobs": "\(erasure.removedJobs)",
                "erasure.archived_jobs": "\(erasure.removedArchivedJobs)",
                "erasure.dead_records": "\(erasure.removedDeadRecords)",
                "erasure.idempotency_records": "\(erasure.removedIdempotencyRecords)",
                "erasure.unique_claims": "\(erasure.removedUniqueClaims)",
            ])
    }
}
