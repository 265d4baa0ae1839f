import MillraceDomain
import TestKit

/// Watches every change of the store, and every run, and says which promise is broken.
///
/// It stands behind the wire, where the truth is. Touched only on the thread that drives its simulation.
final class Auditor: @unchecked Sendable {
    /// A job as it was last seen.
    struct Seen {
        var job: Job
        var dueAt: Timestamp?
        var token: LeaseToken?
        var attempts: [JobAttempt]
        var isHot = true
        /// The ordering key that it was meant to have, with its queue; nil for none.
        let key: String?
        /// Whether an operator has ever sent it back: then its place in the order of its key is not the old one.
        var wasRetried = false

        init(_ row: StoredRow, key: String?) {
            self.key = key
            (job, dueAt, token, attempts) = (row.job, row.dueAt, row.token, row.attempts)
        }
    }

    /// Why rows are looked at.
    enum Cause {
        case submit, ingest, claim, sweep, renew, finish, cancel, retry, release, remove, resume
    }

    unowned let world: World
    var seen: [JobID: Seen] = [:]
    /// In order of acceptance.
    private(set) var accepted: [JobID] = []
    private(set) var jobsOfTag: [Int: Int] = [:]
    private(set) var jobsOfKey: [String: [JobID]] = [:]
    /// The dead jobs behind which nothing of their keys may begin.
    var holders: [String: JobID] = [:]
    var runs: [LeaseToken: LeasedRun] = [:]
    var runsOfJob: [JobID: [LeasedRun]] = [:]
    var positions: [TopicPartition: PartitionPosition] = [:]
    var pausedQueues: Set<QueueName> = []
    /// Tags of records that became dead letters.
    var deadTags: Set<Int> = []
    /// How many jobs are where they run.
    private(set) var hot = 0

    init(_ world: World) {
        self.world = world
    }

    func fail(_ rule: Violation.Rule, _ details: @autoclosure () -> String) { world.fail(rule, details()) }

    /// Looks at jobs that a call may have changed.
    func look(at ids: [JobID], _ cause: Cause) {
        for id in ids { look(at: id, cause) }
        let keys = Set(ids.compactMap { seen[$0]?.key })
        for key in keys.sorted() { lookAtKey(key, besides: ids, cause) }
    }

    /// Looks at every job.
    func lookAtAll(_ cause: Cause) {
        for id in accepted where seen[id]?.isHot ?? false { look(at: id, cause) }
        for key in jobsOfKey.keys.sorted() { checkKey(key) }
    }

    func look(at id: JobID, _ cause: Cause) {
        guard let row = world.store.row(id) else {
            if let old = seen[id], old.isHot { noteRemoval(old, cause) }
            return
        }
        check(row)
        guard let old = seen[id] else { return noteAcceptance(row, cause) }
        if old.isHot { compare(old, row, cause) } else { noteReturn(old, row, cause) }
        seen[id]?.job = row.job
        seen[id]?.dueAt = row.dueAt
        seen[id]?.token = row.token
        seen[id]?.attempts = row.attempts
    }

    private func noteAcceptance(_ row: StoredRow, _ cause: Cause) {
        let job = row.job
        if cause != .submit, cause != .ingest { fail(.unlawful, "\(cause) made the job \(job.id.short)") }
        let key = key(of: job)
        seen[job.id] = Seen(row, key: key)
        accepted.append(job.id)
        hot += 1
        guard let tag = job.submission.payload.tag else { return fail(.unlawful, "a job of nobody: \(job.id)") }
        jobsOfTag[tag, default: 0] += 1
        if jobsOfTag[tag, default: 0] > world.orders.copies(of: tag) {
            fail(.doubled, "submission \(tag) is \(jobsOfTag[tag] ?? 0) jobs, the last is \(job.id.short)")
        }
        if let key { jobsOfKey[key, default: []].append(job.id) }
        if ![.queued, .scheduled, .blocked].contains(job.state) || job.generation != 0 || job.attempt != 0 {
            fail(.unlawful, "\(job.id.short) began as \(job.state)")
        }
        if job.state == .blocked { world.counts[.blocked] += 1 }
    }

    private func noteRemoval(_ old: Seen, _ cause: Cause) {
        if cause != .remove { fail(.lost, "\(cause) removed \(old.job.id.short)") }
        if !old.job.state.isTerminal { fail(.lost, "\(old.job.id.short) was removed while \(old.job.state)") }
        seen[old.job.id]?.isHot = false
        hot -= 1
        world.counts[.removed] += 1
        let kept = world.archive.jobs.first { $0.job.id == old.job.id }
        guard let kept else { return fail(.lost, "\(old.job.id.short) is neither hot nor archived") }
        if kept.job != old.job || kept.attempts != old.attempts {
            fail(
                .badArchive,
                "\(old.job.id.short) ended as \(old.job.state)/\(old.job.generation), "
                    + "archived as \(kept.job.state)/\(kept.job.generation)"
            )
        }
    }

    private func noteReturn(_ old: Seen, _ row: StoredRow, _ cause: Cause) {
        if cause != .retry || row.job.generation != old.job.generation + 1 || row.attempts != old.attempts {
            fail(.changedAfterEnd, "\(cause) brought \(row.job.id.short) back as generation \(row.job.generation)")
        }
        seen[row.job.id]?.isHot = true
        noteRetry(row.job.id)
        hot += 1
        world.counts[.restored] += 1
    }

    /// The ordering key that a job was meant to have, with its queue; nil for none.
    func key(of job: Job) -> String? {
        guard world.scenario.isKeyed, let tag = job.submission.payload.tag else { return nil }
        return world.orders.key(of: tag).map { "\(job.submission.queue.text)/\($0)" }
    }

    func siblings(of id: JobID) -> [JobID] {
        seen[id]?.key.flatMap { jobsOfKey[$0] } ?? []
    }
}

extension JSONText {
    /// The number of the submission that a payload belongs to: `{"t":12}`.
    var tag: Int? {
        var bytes = self.bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst()
        bytes = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return bytes.isEmpty ? nil : bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
