/// Does the next piece of an unfinished erasure; all of them take turns.
public struct ContinueErasure: Sendable {
    private let erasures: any ErasureRepository
    private let archive: any JobArchive
    private let settling: Duration
    private let batch: Int

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - settling: how long what was read before the erasure began may still be on its way to the archive.
    ///   - batch: how many rows one piece removes at most.
    public init(
        erasures: any ErasureRepository, archive: any JobArchive, settling: Duration = .seconds(15), batch: Int = 500
    ) {
        self.erasures = erasures
        self.archive = archive
        self.settling = settling
        self.batch = batch
    }

    /// Does one piece. A piece may be done twice: it removes what there is.
    public func callAsFunction() async throws(DomainError) -> ErasureStep {
        guard let (found, phaseAge) = try await erasures.unfinished() else { return .idle }
        var erasure = found
        let isWaiting: Bool
        do throws(DomainError) {
            isWaiting = try await advance(&erasure, phaseAge)
        } catch {
            // It goes behind the others, so that one that cannot go on holds up none.
            try await erasures.save(erasure)
            throw error
        }
        try await erasures.save(erasure)
        return isWaiting ? .waiting(erasure) : .moved(erasure)
    }

    /// - Returns: whether there is nothing to do but wait.
    private func advance(_ erasure: inout Erasure, _ phaseAge: Duration) async throws(DomainError) -> Bool {
        switch erasure.phase {
        case .jobs:
            let (removed, left) = try await erasures.removeJobs(of: erasure.userID, limit: batch)
            erasure.removedJobs += removed
            if left == 0 { erasure.phase = .archive }
            return removed == 0 && left > 0
        case .archive:
            let removed = try await archive.erase(owner: erasure.userID)
            erasure.removedArchivedJobs += removed
            if removed == 0 { erasure.phase = .deadRecords }
            return false
        case .deadRecords:
            let removed = try await erasures.removeDeadRecords(of: erasure.userID, limit: batch)
            erasure.removedDeadRecords += removed
            let keys = try await removeKeys(&erasure)
            if removed + keys == 0 { erasure.phase = .verifying }
            return false
        case .verifying:
            return try await verify(&erasure, phaseAge)
        case .done:
            return false
        }
    }

    /// Looks everything through once more, when what was on its way has arrived.
    private func verify(_ erasure: inout Erasure, _ phaseAge: Duration) async throws(DomainError) -> Bool {
        guard phaseAge >= settling + archive.listingDelay else { return true }
        let (removed, left) = try await erasures.removeJobs(of: erasure.userID, limit: batch)
        let archived = try await archive.erase(owner: erasure.userID)
        let records = try await erasures.removeDeadRecords(of: erasure.userID, limit: batch)
        erasure.removedJobs += removed
        erasure.removedArchivedJobs += archived
        erasure.removedDeadRecords += records
        let keys = try await removeKeys(&erasure)
        if removed + left + archived + records + keys == 0 { erasure.phase = .done }
        return removed + archived + records + keys == 0 && left > 0
    }

    private func removeKeys(_ erasure: inout Erasure) async throws(DomainError) -> Int {
        let (records, claims) = try await erasures.removeKeys(of: erasure.userID, limit: batch)
        erasure.removedIdempotencyRecords += records
        erasure.removedUniqueClaims += claims
        return records + claims
    }
}

/// What one piece of an erasure has come to.
public enum ErasureStep: Hashable, Sendable {
    /// Nothing is to be erased.
    case idle
    /// Something was done; the next piece may follow at once.
    case moved(Erasure)
    /// Something must happen elsewhere first: running jobs stop, or time passes.
    case waiting(Erasure)
}
