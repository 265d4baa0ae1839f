import MillraceDomain
import TestKit

/// All the ports behind which the truth lies.
protocol Store: JobRepository, JobLeases, FinishedJobs, IngestRepository, QueueRepository {}

extension InMemoryStore: Store {}

/// A store in front of another, which answers for it wherever it does nothing of its own.
protocol StoreWrapper: Store {
    var base: any Store { get }
}

extension StoreWrapper {
    /// Nobody reads a simulation's audit.
    func audited(_ note: AuditNote) -> Self { self }

    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        try await base.submit(jobs, isAtomic: isAtomic)
    }
    func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        try await base.submit(jobs, isAtomic: isAtomic, keeping: keeping)
    }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        try await base.find(id, owner: owner)
    }
    func find(_ ids: [JobID]) async throws(DomainError) -> [Job] { try await base.find(ids) }
    func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] { try await base.states(of: ids) }
    func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await base.list(filter, page: page)
    }
    func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] { try await base.attempts(of: id) }
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob {
        try await base.cancel(id, owner: owner)
    }
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        try await base.retry(id, owner: owner, evenSucceeded: evenSucceeded, generation: generation)
    }
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? {
        try await base.restore(archived, onDead: onDead)
    }
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        try await base.release(key, heldBy: id)
    }
}

extension StoreWrapper {
    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        try await base.claim(ids, limit: limit, terms: terms)
    }
    func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        try await base.sweep(limit: limit, terms: terms)
    }
    func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        try await base.renew(leases, terms: terms)
    }
    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        try await base.finish(completions)
    }
    func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
        try await base.report(progress)
    }
}

extension StoreWrapper {
    func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob] {
        try await base.ended(group, age: age, after: after, limit: limit)
    }
    func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] { try await base.remove(jobs) }
    func backlog(_ times: HotTimes) async throws(DomainError) -> ArchiveBacklog { try await base.backlog(times) }
    func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        try await base.open(partitions, cluster: cluster)
    }
    func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        try await base.move(position, to: offset, isNewIncarnation: isNewIncarnation)
    }
    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult { try await base.ingest(batch) }
    func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        try await base.note(positions)
    }
    func list() async throws(DomainError) -> [QueueStatus] { try await base.list() }
    func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try await base.setPaused(isPaused, queue: queue)
    }
}
