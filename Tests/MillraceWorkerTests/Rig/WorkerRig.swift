import Logging
import MillraceDomain
import MillraceWorker
import ServiceLifecycle
import TestKit
import Testing

/// A worker over fakes, with one user to whom every job belongs.
struct WorkerRig {
    let clock = ManualClock()
    let store: InMemoryStore
    let leases: WatchedLeases
    let ingest: WatchedIngest
    let source = ScriptedRecordSource()
    let copier = RecordingDeadLetterCopier()
    let ids = SequentialIDs(series: 1)
    let owner: UserID
    let quarantine = QuarantineCount(limit: 0)
    var settings = WorkerSettings(
        consumerName: "test", concurrency: 8, renewEvery: .milliseconds(20), sweepEvery: .milliseconds(20),
        progressEvery: .milliseconds(20), drain: .seconds(5), stopGrace: .seconds(5))

    init() async throws {
        store = InMemoryStore(clock: clock)
        leases = WatchedLeases(store)
        ingest = WatchedIngest(store)
        owner = try await store.create(id: ids.next(), profile: .sample()).id
    }

    /// Submits a job as somebody else's process would.
    func submit(
        _ kind: String = "probe", maxAttempts: Int = 25, retry: RetryOverride? = nil, priority: Int = 5,
        orderingKey: String? = nil, timeout: Duration? = nil
    ) async throws -> JobID {
        let submission = JobSubmission(
            kind: JobKind(stored: kind), orderingKey: orderingKey, priority: priority, maxAttempts: maxAttempts,
            timeout: timeout, retry: retry)
        let id: JobID = ids.next()
        _ = try await store.submit([NewJob(id: id, ownerID: owner, submission: submission)], isAtomic: true)
        return id
    }

    /// Gives the worker its first partition.
    func assign(_ id: AssignmentID = 1, _ partitions: [TopicPartition] = [.first]) {
        source.feed(.assigned(id, partitions))
    }

    /// Tells the worker of jobs, by records from `offset`.
    func dispatch(_ jobs: [JobID], at offset: Int64 = 0, assignment: AssignmentID = 1) {
        let records = jobs.enumerated().map { index, id in
            SourceRecord.words("dispatch \(id)", offset: offset + Int64(index))
        }
        source.feed(.records(assignment, .first, records))
    }

    /// Runs a worker around `body`, then shuts it down gracefully and waits until it has returned.
    func run(
        _ probe: ProbeHandler = ProbeHandler(), transactional: [JobKind: any TransactionalJobHandler] = [:],
        leases: (any JobLeases)? = nil, _ body: (ServiceGroup) async throws -> Void
    ) async throws {
        let kind = JobKind(stored: "probe")
        let kinds = [kind] + transactional.keys
        let dependencies = WorkerDependencies(
            source: source, ingest: ingest, decoder: WordDecoder(), ingestOwner: owner, deadLetters: copier,
            leases: leases ?? self.leases,
            catalogue: HandlerCatalogue(kinds.map { KindDescription(kind: $0, driver: .swift) }),
            handlers: HandlerSet(swift: [kind: probe], transactional: transactional), transactions: store,
            quarantine: quarantine, logger: .silent)
        let group = ServiceGroup(
            services: [Worker(dependencies, settings: settings)], logger: dependencies.logger)
        async let running: Void = group.run()
        do { try await body(group) } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    /// The job as it stands.
    func job(_ id: JobID) async throws -> Job {
        try #require(try await store.find(id, owner: nil))
    }
}

extension Logger {
    /// Says nothing.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
