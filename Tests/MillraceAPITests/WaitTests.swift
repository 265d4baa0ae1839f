import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct WaitTests {
    let api = TestAPI { $0.limits.maxWaiters = 2 }

    /// Lets others run until so many requests wait; the suite's time limit ends it.
    private func waiters(_ count: Int) async throws {
        while api.api.watcher.waiterCount != count { await Task.yield() }
    }

    private func held(_ job: Job, _ bearer: TestAPI.Bearer, seconds: Int = 60) -> Task<Reply, any Error> {
        Task {
            try await api.call(.get, "/api/v1/jobs/\(job.id)", as: bearer, headers: [.prefer: "wait=\(seconds)"])
        }
    }

    @Test func `a held request is answered as soon as its job has ended`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let reply = held(job, ada)
        try await waiters(1)
        await api.api.watcher.poll()
        #expect(api.api.watcher.waiterCount == 1)
        try await api.succeed(job.id)
        await api.api.watcher.poll()
        let answer = try await reply.value
        #expect(answer.status == 200)
        #expect(answer["state"] == "succeeded")
        #expect(answer.headers[.preferenceApplied] == "wait=60")
        #expect(api.api.watcher.waiterCount == 0)
    }

    @Test func `a held request is answered with the job as it stands when its time is up`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let reply = held(job, ada, seconds: 7)
        try await waiters(1)
        await api.api.watcher.poll(now: .now + .seconds(6))
        #expect(api.api.watcher.waiterCount == 1)
        await api.api.watcher.poll(now: .now + .seconds(8))
        let answer = try await reply.value
        #expect(answer.status == 200)
        #expect(answer["state"] == "queued")
        #expect(answer.headers[.preferenceApplied] == "wait=7")
    }

    @Test func `a held request is answered when its job is deleted or archived`() async throws {
        let ada = try await api.bearer()
        let store = CountingJobs(store: api.store)
        let watcher = JobWatcher(jobs: store, interval: .zero, maxWaiters: 9, logger: api.api.logger)
        let job = try await api.submit(ada)
        let waiting = Task { try await watcher.wait(for: JobID(SequentialIDs.id(999)), atMost: .seconds(60)) }
        while watcher.waiterCount == 0 { await Task.yield() }
        await watcher.poll()
        try await waiting.value
        #expect(job.state == .queued)
    }

    @Test func `an ended job is answered at once`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        try await api.succeed(job.id)
        let answer = try await held(job, ada).value
        #expect(answer.status == 200)
        #expect(answer.headers[.preferenceApplied] == "wait=60")
    }

    @Test func `too many held requests are turned away`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let held = [held(job, ada), held(job, ada)]
        try await waiters(2)
        let refused = try await self.held(job, ada).value
        #expect(refused.status == 503)
        #expect(refused.headers[.retryAfter] == "1")
        api.api.watcher.release()
        for reply in held { #expect(try await reply.value.status == 200) }
    }

    @Test func `a stop answers held requests, and holds no more`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let reply = held(job, ada)
        try await waiters(1)
        api.api.watcher.release()
        #expect(try await reply.value["state"] == "queued")
        #expect(try await held(job, ada).value["state"] == "queued")
    }

    @Test func `all held requests together cost one query a tick, and none while nobody waits`() async throws {
        let ada = try await api.bearer()
        let store = CountingJobs(store: api.store)
        let watcher = JobWatcher(jobs: store, interval: .zero, maxWaiters: 99, logger: api.api.logger)
        await watcher.poll()
        #expect(store.queries.elements.isEmpty)
        let jobs = [try await api.submit(ada), try await api.submit(ada)]
        let waiting = (0..<10).map { index in
            Task { try await watcher.wait(for: jobs[index % 2].id, atMost: .seconds(60)) }
        }
        while watcher.waiterCount < 10 { await Task.yield() }
        await watcher.poll()
        #expect(store.queries.elements.map { Set($0) } == [Set(jobs.map(\.id))])
        watcher.release()
        for task in waiting { try await task.value }
    }

    @Test func `a store that is down lets those who wait go on to wait`() async throws {
        let watcher = JobWatcher(
            jobs: FailingJobs(error: .unavailable), interval: .zero, maxWaiters: 9, logger: api.api.logger)
        let waiting = Task { try await watcher.wait(for: JobID(SequentialIDs.id(1)), atMost: .seconds(60)) }
        while watcher.waiterCount == 0 { await Task.yield() }
        await watcher.poll()
        #expect(watcher.waiterCount == 1)
        await watcher.poll(now: .now + .seconds(61))
        try await waiting.value
    }

    @Test func `a waiter that is cancelled is forgotten`() async throws {
        let watcher = JobWatcher(jobs: api.store, interval: .zero, maxWaiters: 9, logger: api.api.logger)
        let waiting = Task { try await watcher.wait(for: JobID(SequentialIDs.id(1)), atMost: .seconds(60)) }
        while watcher.waiterCount == 0 { await Task.yield() }
        waiting.cancel()
        try await waiting.value
        #expect(watcher.waiterCount == 0)
    }
}

/// Counts the queries for states.
struct CountingJobs: JobRepository {
    let store: InMemoryStore
    let queries = Recorder<[JobID]>()

    func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] {
        queries.record(ids)
        return try await store.states(of: ids)
    }

    func audited(_ note: AuditNote) -> Self { self }
    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] { throw .failure }
    func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> { throw .failure }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? { throw .failure }
    func find(_ ids: [JobID]) async throws(DomainError) -> [Job] { throw .failure }
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? {
        throw .failure
    }
    func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> { throw .failure }
    func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] { throw .failure }
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] { throw .failure }
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob { throw .failure }
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        throw .failure
    }
}
