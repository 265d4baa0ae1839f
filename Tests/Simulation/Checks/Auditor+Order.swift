import MillraceDomain
import TestKit

/// Jobs of a key run one at a time, in the order in which they were accepted.
extension Auditor {
    /// Looks at the jobs of a key of which one may have changed.
    func lookAtKey(_ key: String, besides seenNow: [JobID], _ cause: Cause) {
        for id in jobsOfKey[key] ?? [] where seen[id]?.isHot ?? false && !seenNow.contains(id) {
            look(at: id, cause)
        }
        checkKey(key)
    }

    /// No job of its key runs, and none is left behind that was accepted before.
    func checkOrder(_ old: Seen) {
        guard let key = old.key else { return }
        let job = old.job
        if let holder = holders[key] {
            fail(.reordered, "\(job.id.short) of the key \(key) began, which the dead \(holder.short) holds")
        }
        var isBefore = true
        for id in jobsOfKey[key] ?? [] {
            guard id != job.id else {
                isBefore = false
                continue
            }
            guard let other = seen[id], other.isHot, let row = world.store.row(id) else { continue }
            if row.job.state == .running {
                fail(.overlapped, "\(job.id.short) and \(id.short) of the key \(key) run at the same time")
            }
            if isBefore, !row.job.state.isTerminal, !other.wasRetried {
                fail(
                    .reordered,
                    "\(job.id.short) of the key \(key) began before \(id.short), which is \(row.job.state)")
            }
        }
    }

    /// The job that is freed is the first of those that wait; one that an operator sent back has its old place,
    /// which is before all that were accepted later.
    func checkFreed(_ old: Seen) {
        world.counts[.freed] += 1
        guard let key = old.key, let all = jobsOfKey[key] else { return }
        for id in all.prefix(while: { $0 != old.job.id }) where seen[id]?.isHot ?? false {
            guard let row = world.store.row(id), row.job.state == .blocked, row.job.order != nil else { continue }
            // Jobs that came back from the archive know their places to the microsecond only.
            if seen[id]?.job.createdAt == old.job.createdAt { continue }
            fail(.reordered, "\(old.job.id.short) of the key \(key) was freed before \(id.short)")
        }
    }

    /// At most one job of a key is free to run, and one is when any waits, unless the key is held.
    func checkKey(_ key: String) {
        let live = (jobsOfKey[key] ?? []).compactMap { id -> Job? in
            guard seen[id]?.isHot ?? false, let job = world.store.row(id)?.job, job.order != nil else { return nil }
            return job.state.isTerminal ? nil : job
        }
        let heads = live.filter { $0.state != .blocked }
        if heads.count > 1 {
            fail(.overlapped, "\(heads.map(\.id.short).list) of the key \(key) may run at the same time")
        }
        if let first = live.first, heads.isEmpty, holders[key] == nil {
            fail(.stuck, "\(first.id.short) of the key \(key) waits for nobody")
        }
    }

    /// What a death means for those behind.
    func noteDeath(_ old: Seen) {
        guard let key = old.key, old.job.submission.kind == Workshop.strictKind else { return }
        holders[key] = old.job.id
        world.counts[.held] += 1
    }

    /// An operator has sent a job back.
    func noteRetry(_ id: JobID) {
        seen[id]?.wasRetried = true
        guard let key = seen[id]?.key, holders[key] == id else { return }
        holders[key] = nil
    }

    /// An operator lets the jobs behind a dead one go on.
    func released(by id: JobID) {
        guard let key = seen[id]?.key, holders[key] == id else {
            return fail(.unlawful, "\(id.short) released a key that it does not hold")
        }
        holders[key] = nil
        world.counts[.keysReleased] += 1
    }
}
