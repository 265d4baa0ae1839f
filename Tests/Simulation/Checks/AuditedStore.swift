import MillraceDomain
import TestKit

/// The store with somebody who looks at every change of it.
struct AuditedStore: StoreWrapper {
    let auditor: Auditor
    var base: any Store { auditor.world.store }

    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        let outcomes = try await base.submit(jobs, isAtomic: isAtomic)
        auditor.look(at: jobs.map(\.id), .submit)
        for outcome in outcomes {
            switch outcome {
            case .accepted: auditor.world.counts[.accepted] += 1
            case .existing, .archived: auditor.world.counts[.existing] += 1
            case .idTaken, .unknownOwner, .uniqueConflict, .uniqueArchived, .overQuota: break
            }
        }
        return outcomes
    }

    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob {
        let job = try await base.cancel(id, owner: owner)
        auditor.look(at: [id], .cancel)
        return job
    }

    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        let job = try await base.retry(id, owner: owner, evenSucceeded: evenSucceeded, generation: generation)
        auditor.look(at: [id], .retry)
        return job
    }

    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? {
        let job = try await base.restore(archived, onDead: onDead)
        auditor.look(at: [archived.job.id], .retry)
        return job
    }

    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        let ready = try await base.release(key, heldBy: id)
        auditor.released(by: id)
        auditor.look(at: [id], .release)
        return ready
    }

    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        let claimed = try await base.claim(ids, limit: limit, terms: terms)
        auditor.look(at: claimed.map(\.job.id), .claim)
        auditor.granted(claimed, to: terms)
        auditor.world.counts[.hintedClaims] += claimed.count
        return claimed
    }

    func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        let result = try await base.sweep(limit: limit, terms: terms)
        if result.touched > result.claimed.count {
            auditor.lookAtAll(.sweep)
        } else {
            auditor.look(at: result.claimed.map(\.job.id), .sweep)
        }
        auditor.granted(result.claimed, to: terms)
        auditor.world.counts[.sweptClaims] += result.claimed.count
        auditor.world.counts[.parked] += result.parked
        return result
    }

    func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        let standings = try await base.renew(leases, terms: terms)
        auditor.look(at: leases.map(\.jobID), .renew)
        return standings
    }

    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        let before = completions.map { auditor.seen[$0.lease.jobID]?.token }
        let outcomes = try await base.finish(completions)
        auditor.finished(completions, before: before, outcomes)
        auditor.look(at: completions.map(\.lease.jobID), .finish)
        return outcomes
    }

    func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] {
        let erased = try await base.remove(jobs)
        auditor.look(at: jobs.map(\.id), .remove)
        return erased
    }

    func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try await base.setPaused(isPaused, queue: queue)
        if isPaused { auditor.pausedQueues.insert(queue) } else { auditor.pausedQueues.remove(queue) }
        auditor.lookAtAll(.resume)
    }
}

/// Where partitions stand.
extension AuditedStore {
    func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        let positions = try await base.open(partitions, cluster: cluster)
        for position in positions { auditor.moved(to: position, isOpening: true) }
        return positions
    }

    func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        let moved = try await base.move(position, to: offset, isNewIncarnation: isNewIncarnation)
        if let moved {
            auditor.world.counts[isNewIncarnation ? .newIncarnations : .trims] += 1
            auditor.moved(to: moved, isOpening: false)
        }
        return moved
    }

    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        let result = try await base.ingest(batch)
        guard case .committed(let receipt) = result else {
            auditor.world.counts[.staleEpochs] += 1
            return result
        }
        auditor.look(at: batch.entries.map(\.job.id), .ingest)
        auditor.ingested(batch, receipt)
        return result
    }

    func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        let noted = try await base.note(positions)
        for position in positions { auditor.noted(position, isNoted: noted.contains(position.source)) }
        return noted
    }
}
