import MillraceDomain

/// What one replay of dead records writes inside its transaction.
struct ReplayTransaction {
    let transaction: PostgresTransaction
    let ingest: IngestTransaction

    /// Makes jobs of the records that are still there, and removes those of which there is a job.
    ///
    /// - Parameter oneByOne: each job behind a savepoint, so that one that the store refuses harms no other.
    func write(_ records: [RecordReplay], oneByOne: Bool) async throws -> [RecordReplayOutcome] {
        let locked = Set(
            try await transaction.rows(ReplayStatements.lockRecords) { $0.append(array: records.map(\.id)) })
        let left = records.filter { locked.contains($0.id) }
        guard !left.isEmpty else { return records.map { _ in .gone } }
        var fresh = try await ingest.settle(left.map(\.entry), oneByOne: oneByOne).makeIterator()
        var refused: [UniqueID: DeadReason] = [:]
        let outcomes = records.map { record -> RecordReplayOutcome in
            guard locked.contains(record.id) else { return .gone }
            let identity = record.entry.identity
            switch fresh.next() {
            case .accepted(let job): return .accepted(job)
            case .refused(let reason):
                refused[identity] = reason
                return .refused(reason)
            // Two records of one identity, of which the first became no job: neither is done.
            case .duplicate, nil: return refused[identity].map { .refused($0) } ?? .duplicate
            }
        }
        let done = zip(records, outcomes).filter { $1.isDone }.map(\.0.id)
        if !done.isEmpty { try await transaction.execute(ReplayStatements.removeRecords) { $0.append(array: done) } }
        return outcomes
    }
}

extension RecordReplayOutcome {
    /// Whether there is a job, so that the record has served.
    var isDone: Bool {
        switch self {
        case .accepted, .duplicate: true
        case .refused, .gone: false
        }
    }
}
