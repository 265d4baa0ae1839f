import MillraceDomain
import TestKit

/// Archiving, and ending in order.
extension Consumer {
    /// Every consumer archives: the right to keep house only saves work, and is not needed for it to be right.
    func archiving() async throws(Life.Over) {
        while true {
            try await life.sleep(world.latency.milliseconds(2000...4000))
            for group in EndedGroup.allCases { try await archive(group) }
        }
    }

    private func archive(_ group: EndedGroup) async throws(Life.Over) {
        var after: EndedPosition?
        while true {
            let step: ArchiveStep
            do throws(DomainError) { step = try await copy(group, after: after, limit: 6) } catch { break }
            world.counts[.archived] += step.versions.count
            if step.isEmpty { break }
            after = step.last
            try await life.sleep(world.archive.listingDelay)
            do throws(DomainError) { try await remove(step.versions) } catch { break }
        }
        if life.isOver { throw Life.Over() }
    }

    /// Ends in order: takes nothing in any more, lets runs end, stops the others, writes what is left.
    func drain() async throws(Life.Over) {
        isDraining = true
        world.broker.stop(self)
        world.broker.leave(self)
        try await settle(within: 5)
        for run in held { stop(run) }
        try await settle(within: 3)
        try await writeNotes()
        world.note(name, "drained", "\(held.count) left")
        life.end()
    }

    private func settle(within seconds: Int) async throws(Life.Over) {
        for _ in 0..<seconds * 5 where !held.isEmpty || reserved > 0 { try await life.sleep(.milliseconds(200)) }
    }
}
