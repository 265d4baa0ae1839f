import MillraceDomain
import TestKit
import Testing

/// What is archived is used like what is not.
struct ArchivedJobsTests {
    private let world = World()

    @Test func `ended jobs move after their hot time, dead ones after theirs, and live ones never`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let done = try await world.store.job(in: .succeeded, of: user.id)
        let dead = try await world.store.job(in: .dead, of: user.id)
        let queued = try await world.store.submit(user.id)
        let hotTimes = HotTimes(dead: .seconds(100), others: .seconds(10))
        let find = FindJob(jobs: world.memory, archive: world.archive)
        var archived: [[Bool]] = []
        for seconds in [9, 1, 89, 1] {
            world.clock.advance(by: .seconds(seconds))
            try await world.archiveAll(hotTimes)
            var standing: [Bool] = []
            for job in [done, dead, queued] {
                let found = try await find(job.id, by: caller)
                #expect(found.job == job)
                standing.append(found.isArchived)
            }
            archived.append(standing)
        }
        #expect(
            archived == [[false, false, false], [true, false, false], [true, false, false], [true, true, false]])
    }

    @Test func `a copy that was interrupted before its removal is shown once, and copied again`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let done = try await world.store.job(in: .succeeded, of: user.id)
        let copy = ArchiveFinishedJobs(
            jobs: world.memory, archive: world.archive, hotTimes: HotTimes(dead: .zero, others: .zero))
        let step = try await copy(.others, after: nil, limit: 10)
        #expect(step.versions == [EndedVersion(done)])
        let list = ListJobs(jobs: world.memory, archive: world.archive)
        #expect(
            try await list(JobFilter(), page: PageRequest(), by: caller).items
                == [ListedJob(job: done, isArchived: false)])
        try await world.archiveAll()
        #expect(
            try await list(JobFilter(), page: PageRequest(), by: caller).items
                == [ListedJob(job: done, isArchived: true)])
    }

    @Test func `a job that the archive refuses holds up no other and stays`() async throws {
        let (user, _) = try await world.user()
        var ended: [Job] = []
        for _ in 0..<7 { ended.append(try await world.store.job(in: .succeeded, of: user.id)) }
        let copy = ArchiveFinishedJobs(
            jobs: world.memory, archive: PickyArchive(world.archive, refusing: ended[3].id),
            hotTimes: HotTimes(dead: .zero, others: .zero))
        let step = try await copy(.others, after: nil, limit: 10)
        #expect(step.refused == [ended[3].id])
        #expect(Set(step.versions.map(\.id)) == Set(ended.map(\.id)).subtracting([ended[3].id]))
        #expect(try await world.archive.find(ended[3].id, owner: nil) == nil)
    }

    @Test func `a job whose payload the archive could not keep is not run again`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let trimmed = JobArchiveContract.finished(1, owner: user.id) { job in
            job.submission.payload = JSONText(stored: #"{"millrace_trimmed":{"bytes":500000,"head":"x"}}"#)
        }
        try await world.archive.put([trimmed])
        let retry = world.retryJob
        await #expect(throws: DomainError.conflict(.payloadTrimmed)) {
            try await retry(trimmed.job.id, isForced: true, by: caller)
        }
    }

    @Test func `nothing is removed when the archive does not take it`() async throws {
        let (user, _) = try await world.user()
        let done = try await world.store.job(in: .succeeded, of: user.id)
        world.archive.setOutage(.unavailable)
        await #expect(throws: DomainError.unavailable) { try await world.archiveAll() }
        #expect(try await world.store.job(done.id) == done)
    }

    @Test func `an archived job expires by the retention of its state and queue`() async throws {
        let (user, _) = try await world.user()
        let done = try await world.store.job(in: .succeeded, of: user.id)
        let copy = ArchiveFinishedJobs(
            jobs: world.memory, archive: world.archive, hotTimes: HotTimes(dead: .zero, others: .zero),
            retention: RetentionPolicy(succeeded: .seconds(60)))
        _ = try await copy(.others, after: nil, limit: 10)
        #expect(
            try await world.archive.find(done.id, owner: nil)?.expiresAt == done.finishedAt.map { $0 + .seconds(60) })
    }

    @Test func `the runs of an archived job are listed`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let dead = try await world.store.job(in: .dead, of: user.id)
        let list = ListAttempts(jobs: world.memory, archive: world.archive)
        let before = try await list(of: dead.id, by: caller)
        try await world.archiveAll()
        #expect(before.map(\.outcome) == [.failed])
        #expect(try await list(of: dead.id, by: caller) == before)
        await #expect(throws: DomainError.notFound(.job)) { try await list(of: dead.id, by: world.caller(.jobsRead)) }
    }

    @Test func `an archived job is sent back with its runs, ends again and is archived again`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead, .jobsWrite)
        let dead = try await world.store.job(in: .dead, of: user.id)
        try await world.archiveAll()
        let retry = world.retryJob
        let again = try await retry(dead.id, isForced: false, by: caller)
        #expect(again.state == .queued && again.generation == 1 && again.attempt == 0)
        #expect(world.dispatcher.hints.map(\.jobID) == [dead.id])
        await #expect(throws: DomainError.conflict(.notTerminal)) {
            try await retry(dead.id, isForced: false, by: caller)
        }
        let list = ListJobs(jobs: world.memory, archive: world.archive)
        #expect(
            try await list(JobFilter(), page: PageRequest(), by: caller).items
                == [ListedJob(job: again, isArchived: false)])
        try await world.store.finish(.succeeding(world.store.claim(again).lease))
        let done = try await world.store.job(dead.id)
        try await world.archiveAll()
        #expect(
            try await list(JobFilter(), page: PageRequest(), by: caller).items
                == [ListedJob(job: done, isArchived: true)])
        let attempts = try await ListAttempts(jobs: world.memory, archive: world.archive)(of: dead.id, by: caller)
        #expect(attempts.map(\.generation) == [0, 1])
    }

    @Test func `an archived job that succeeded is sent back by force only, by nobody without its owner`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let done = try await world.store.job(in: .succeeded, of: user.id)
        try await world.archiveAll()
        let retry = world.retryJob
        await #expect(throws: DomainError.conflict(.alreadySucceeded)) {
            try await retry(done.id, isForced: false, by: caller)
        }
        await #expect(throws: DomainError.notFound(.job)) {
            try await retry(done.id, isForced: true, by: world.caller(.jobsWrite))
        }
        try await world.memory.delete(user.id)
        await #expect(throws: DomainError.notFound(.job)) {
            try await retry(done.id, isForced: true, by: world.caller(.admin))
        }
        #expect(world.dispatcher.hints == [])
    }

    @Test func `an archived job cannot be cancelled, and says why`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let done = try await world.store.job(in: .succeeded, of: user.id)
        try await world.archiveAll()
        let cancel = CancelJob(jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher)
        await #expect(throws: DomainError.conflict(.alreadyTerminal)) { try await cancel(done.id, by: caller) }
        await #expect(throws: DomainError.notFound(.job)) { try await cancel(done.id, by: world.caller(.jobsWrite)) }
    }
}

/// An archive that never takes one job.
private struct PickyArchive: JobArchive {
    let whole: InMemoryJobArchive
    let refused: JobID
    var listingDelay: Duration { .zero }
    var sharesJobStore: Bool { false }

    init(_ whole: InMemoryJobArchive, refusing refused: JobID) {
        self.whole = whole
        self.refused = refused
    }

    func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        guard !jobs.contains(where: { $0.job.id == refused }) else { throw .failure }
        try await whole.put(jobs)
    }

    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        try await whole.find(id, owner: owner)
    }

    func list(owner: UserID, filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        try await whole.list(owner: owner, filter: filter, page: page)
    }

    func erase(owner: UserID) async throws(DomainError) -> Int { try await whole.erase(owner: owner) }
    func erase(_ ids: [JobID]) async throws(DomainError) { try await whole.erase(ids) }
}
