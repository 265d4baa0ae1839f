import Logging
import Metrics
import MillraceDomain

/// Claims the jobs that this process was told of: one statement at a time, whenever there are both ids and free
/// slots.
struct ClaimLoop: Sendable {
    let hints: HintBuffer
    let held: HeldJobs
    let claim: ClaimJobs
    /// Called on new ids and on freed slots.
    let wake: Wake
    let logger: Logger

    private let claimed = Counter(label: "millrace.jobs.claimed")
    private let missed = Counter(label: "millrace.hints.missed")

    init(hints: HintBuffer, held: HeldJobs, claim: ClaimJobs, wake: Wake, logger: Logger) {
        self.hints = hints
        self.held = held
        self.claim = claim
        self.wake = wake
        self.logger = logger
    }

    /// Claims until its task is cancelled.
    func run() async {
        var backoff = Backoff()
        for await _ in wake.calls {
            while !Task.isCancelled, let batch = nextBatch() {
                do {
                    if try await take(batch) { backoff.reset() } else { try await backoff.wait() }
                } catch { return }
            }
        }
    }

    private struct Batch {
        let ids: [JobID]
        let slots: Int
    }

    /// More candidates than slots, so that the most urgent of those that wait can be picked.
    private func nextBatch() -> Batch? {
        guard hints.count > 0 else { return nil }
        let slots = held.reserve(upTo: .max)
        guard slots > 0 else { return nil }
        let ids = hints.take(max(slots * 4, 64))
        let needed = min(slots, ids.count)
        held.giveBack(slots: slots - needed)
        return needed > 0 ? Batch(ids: ids, slots: needed) : nil
    }

    /// - Returns: whether the store could be asked.
    private func take(_ batch: Batch) async throws -> Bool {
        let askedAt = ContinuousClock.now
        let result = await letFinish { () async throws(DomainError) in try await claim(batch.ids, limit: batch.slots) }
        switch result {
        case .success(let jobs):
            held.hold(jobs, since: askedAt, reserved: batch.slots)
            claimed.increment(by: jobs.count)
            settle(batch, claimed: jobs)
            return true
        case .failure(let error):
            held.giveBack(slots: batch.slots)
            // After an unknown outcome the claimed ones come back through a sweep, the others through a sweep too.
            if case .away = StoreTrouble(error) {
                hints.settle(batch.ids.count, puttingBack: batch.ids)
            } else {
                hints.settle(batch.ids.count)
            }
            logger.warning("claim failed", metadata: ["error": "\(error)", "claim.jobs": "\(batch.ids.count)"])
            return false
        }
    }

    /// When every slot was filled, the ids that are left may still be ready; otherwise they are not.
    private func settle(_ batch: Batch, claimed jobs: [ClaimedJob]) {
        guard jobs.count == batch.slots else {
            missed.increment(by: batch.ids.count - jobs.count)
            return hints.settle(batch.ids.count)
        }
        let taken = Set(jobs.map(\.lease.jobID))
        hints.settle(batch.ids.count, puttingBack: batch.ids.filter { !taken.contains($0) })
    }
}
