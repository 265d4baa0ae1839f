import Logging
public import MillraceDomain

extension PostgresJobLeases {
    public func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        guard limit > 0 else { return SweepResult() }
        let swept = try await client.inDomain(.write) {
            try await client.rows(SweepStatements.sweep) {
                $0.append(Int64(limit))
                $0.append(terms.consumer)
                $0.append(terms.duration.microseconds)
                $0.append(clock?.now())
                $0.append(Int32(JobStanding.lostLeaseLimit))
            }
        }
        var result = SweepResult()
        for entry in swept.sorted(by: { $0.dueAt < $1.dueAt }) {
            if let claimed = entry.claimed { result.claimed.append(claimed) } else { result.count(entry.verdict) }
            if let dead = entry.dead { result.dead.append(dead) }
        }
        let inOrder = swept.filter { $0.order != nil }
        guard !inOrder.isEmpty else { return result }
        do throws(DomainError) {
            result.add(try await end(inOrder))
        } catch {
            // What was claimed is ours, whatever becomes of the rest, which the next sweep finds.
            guard !result.claimed.isEmpty else { throw error }
            client.logger.warning("ends in order not swept", metadata: ["error": "\(error)"])
        }
        return result
    }

    /// Ends jobs under their keys; those whose key is in use are left to the next sweep.
    private func end(_ found: [SweepStatements.Swept]) async throws(DomainError) -> SweepResult {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                let order = KeyOrder(transaction: transaction, clock: clock)
                let keys = try await order.lockFree(Set(found.compactMap(\.order)))
                let ours = found.filter { $0.order.map(keys.contains) ?? false }
                guard !ours.isEmpty else { return SweepResult() }
                let ended = try await transaction.rows(SweepStatements.endInOrder) {
                    $0.append(array: ours.map(\.id))
                    $0.append(clock?.now())
                    $0.append(Int32(JobStanding.lostLeaseLimit))
                }
                var result = SweepResult()
                for job in ended { result.count(job.state.rawValue) }
                result.dead = ended.filter { $0.state == .dead }
                result.freed = try await order.advance(keys, ended: ended.map(\.id)).compactMap { $0.hint?.jobID }
                return result
            }
        }
    }
}

extension SweepResult {
    fileprivate mutating func count(_ verdict: String) {
        switch verdict {
        case "expired": expired += 1
        case "dead": crashLooped += 1
        case "parked": parked += 1
        // A job that loses its lease after a cancel was asked ends there; it counts as found.
        case "recovered", "cancelled": recovered += 1
        default: break
        }
    }

    fileprivate mutating func add(_ other: SweepResult) {
        expired += other.expired
        crashLooped += other.crashLooped
        recovered += other.recovered
        freed += other.freed
        dead += other.dead
    }
}
