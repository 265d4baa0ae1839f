import MillraceDomain

// How things are called in a trace.

extension Identifier {
    /// The last digits.
    var short: String { String(uniqueID.low & 0xFFFF_FFFF, radix: 36) }
}

extension [String] {
    var list: String { count == 1 ? self[0] : "[" + joined(separator: " ") + "]" }
}

extension Lease {
    var word: String { "\(jobID.short)·\(token.short)" }
}

extension ClaimedJob {
    var word: String { lease.word }
}

extension SubmitOutcome {
    var word: String {
        switch self {
        case .accepted(let job): job.state.rawValue
        case .existing: "existing"
        case .idTaken: "id taken"
        case .archived: "archived"
        case .unknownOwner: "unknown owner"
        case .uniqueConflict(let holder): "unique key held by \(holder.short)"
        case .uniqueArchived(let holder): "unique key held by \(holder.short), archived"
        case .overQuota: "over quota"
        }
    }
}

extension ChangedJob {
    var word: String {
        "\(job.state) \(job.generation)" + (ready.isEmpty ? "" : ", ready " + ready.map(\.jobID.short).list)
    }
}

extension FinishOutcome {
    var word: String {
        switch self {
        case .recorded(let state, let freed): state.rawValue + (freed.map { ", freed \($0.short)" } ?? "")
        case .stale: "stale"
        }
    }
}

extension SweepResult {
    var word: String {
        var words = claimed.map(\.word)
        if expired > 0 { words.append("\(expired) expired") }
        if recovered > 0 { words.append("\(recovered) recovered") }
        if crashLooped > 0 { words.append("\(crashLooped) crash-looped") }
        if parked > 0 { words.append("\(parked) parked") }
        words += freed.map { "freed \($0.short)" }
        return words.list
    }
}

extension TopicPartition {
    var short: String { "\(topic.split(separator: ".").last ?? "")/\(partition)" }
}

extension PartitionPosition {
    var word: String {
        "\(source.short)@\(nextOffset.map { "\($0)" } ?? "-") epoch \(epoch) life \(incarnation)"
    }
}

extension IngestResult {
    var word: String {
        switch self {
        case .staleEpoch: "stale epoch"
        case .committed(let receipt):
            "\(receipt.accepted) accepted, \(receipt.duplicates) duplicates, \(receipt.dead.count) dead"
        }
    }
}

extension RunOutcome {
    var word: String {
        switch self {
        case .succeeded: "succeeded"
        case .snoozed(let duration): "snoozed for \(duration)"
        case .failed(let failure): "failed: \(failure.code)"
        case .stopped: "stopped"
        case .released: "released"
        case .settled: "settled"
        }
    }
}
