import MillraceDomain
import TestKit

/// What must hold when all has come to rest.
extension Auditor {
    func checkEnd(promised: [JobID]) {
        let archived = Dictionary(world.archive.jobs.map { ($0.job.id, $0) }) { first, _ in first }
        for id in accepted {
            guard let last = seen[id], let kept = archived[id] else {
                fail(.lost, "\(id.short) was accepted and is nowhere")
                continue
            }
            if !kept.job.state.isTerminal || kept.job != last.job || kept.attempts != last.attempts {
                fail(.badArchive, "\(id.short) ended as \(last.job.state), archived as \(kept.job.state)")
            }
        }
        for id in promised where archived[id] == nil { fail(.lost, "\(id.short) was promised and is nowhere") }
        if archived.count != accepted.count {
            fail(.badArchive, "\(archived.count) archived, \(accepted.count) accepted")
        }
        checkRecords()
        let succeeded = archived.values.count { $0.job.state == .succeeded }
        if accepted.isEmpty || accepted.count * 2 < world.scenario.jobs || succeeded * 4 < accepted.count {
            fail(.vacuous, "\(accepted.count) jobs accepted of \(world.scenario.jobs), \(succeeded) succeeded")
        }
    }

    /// Every record that lies in a log became a job or a dead letter, unless nobody could know of it.
    private func checkRecords() {
        for partition in Broker.partitions {
            guard let log = world.broker.logs[partition] else { continue }
            for entry in log.entries where entry.isDelivered || !log.wasRecreated {
                guard let tag = entry.tag, jobsOfTag[tag] == nil, !deadTags.contains(tag) else { continue }
                fail(.lost, "order \(tag), \(partition.short) offset \(entry.record.offset), became nothing")
            }
        }
    }
}
