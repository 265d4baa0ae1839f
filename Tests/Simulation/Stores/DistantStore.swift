import MillraceDomain

/// The store as a process sees it: at the end of a wire.
struct DistantStore: StoreWrapper {
    let life: Life
    let base: any Store

    private func call<Value: Sendable>(
        _ what: @autoclosure () -> String, isWrite: Bool = true,
        say: @escaping @Sendable (Value) -> String = { _ in "" },
        _ effect: @escaping @Sendable (any Store) async throws(DomainError) -> Value
    ) async throws(DomainError) -> Value {
        let base = base
        return try await life.call(
            life.world.trace.isOn ? what() : "", to: life.world.stores.jobs, isWrite: isWrite, say: say
        ) { () async throws(DomainError) in try await effect(base) }
    }
}

extension DistantStore {
    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        try await call("submit " + jobs.map { $0.id.short }.list, say: { $0.map(\.word).list }) {
            (store) async throws(DomainError) in try await store.submit(jobs, isAtomic: isAtomic)
        }
    }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        try await call("find \(id.short)", isWrite: false) { (store) async throws(DomainError) in
            try await store.find(id, owner: owner)
        }
    }
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob {
        try await call("cancel \(id.short)", say: \.word) { (store) async throws(DomainError) in
            try await store.cancel(id, owner: owner)
        }
    }
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        try await call("retry \(id.short)", say: \.word) {
            (store) async throws(DomainError) in
            try await store.retry(id, owner: owner, evenSucceeded: evenSucceeded, generation: generation)
        }
    }
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? {
        try await call("restore \(archived.job.id.short)", say: { $0?.word ?? "is here" }) {
            (store) async throws(DomainError) in try await store.restore(archived, onDead: onDead)
        }
    }
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        try await call("release \(key.text) of \(id.short)", say: { $0.map(\.jobID.short).list }) {
            (store) async throws(DomainError) in try await store.release(key, heldBy: id)
        }
    }
    func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try await call(isPaused ? "pause \(queue.text)" : "resume \(queue.text)") { (store) async throws(DomainError) in
            try await store.setPaused(isPaused, queue: queue)
        }
    }
}

extension DistantStore {
    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        try await call("claim " + ids.map(\.short).list, say: { $0.map(\.word).list }) {
            (store) async throws(DomainError) in try await store.claim(ids, limit: limit, terms: terms)
        }
    }
    func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        try await call("sweep", say: \.word) { (store) async throws(DomainError) in
            try await store.sweep(limit: limit, terms: terms)
        }
    }
    func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        try await call("renew " + leases.map(\.word).list, say: { $0.map { "\($0)" }.list }) {
            (store) async throws(DomainError) in try await store.renew(leases, terms: terms)
        }
    }
    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        try await call(
            "finish " + completions.map { "\($0.lease.word) \($0.outcome)" }.list, say: { $0.map(\.word).list }
        ) { (store) async throws(DomainError) in try await store.finish(completions) }
    }
    func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
        try await call("report " + progress.map(\.lease.word).list) { (store) async throws(DomainError) in
            try await store.report(progress)
        }
    }
}

extension DistantStore {
    func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob] {
        try await call("ended \(group)", isWrite: false, say: { $0.map(\.job.id.short).list }) {
            (store) async throws(DomainError) in
            try await store.ended(group, age: age, after: after, limit: limit)
        }
    }
    func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] {
        try await call("remove " + jobs.map { "\($0.id.short)/\($0.generation)" }.list) {
            (store) async throws(DomainError) in try await store.remove(jobs)
        }
    }
    func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        try await call("open " + partitions.map(\.short).list, say: { $0.map(\.word).list }) {
            (store) async throws(DomainError) in try await store.open(partitions, cluster: cluster)
        }
    }
    func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        try await call("move \(position.word) to \(offset)", say: { $0?.word ?? "stale epoch" }) {
            (store) async throws(DomainError) in
            try await store.move(position, to: offset, isNewIncarnation: isNewIncarnation)
        }
    }
    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        try await call(
            "ingest \(batch.position.word) up to \(batch.nextOffset): \(batch.entries.map(\.job.id.short).list)",
            say: \.word
        ) { (store) async throws(DomainError) in try await store.ingest(batch) }
    }
    func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        try await call("note " + positions.map(\.word).list, say: { $0.map(\.short).sorted().list }) {
            (store) async throws(DomainError) in try await store.note(positions)
        }
    }
}
