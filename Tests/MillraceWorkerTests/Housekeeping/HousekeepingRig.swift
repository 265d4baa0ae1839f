import Logging
import MillraceDomain
import MillraceWorker
import ServiceLifecycle
import Synchronization
import TestKit

/// A housekeeper over fakes, and what it should keep in order.
struct HousekeepingRig {
    let clock = ManualClock()
    let store: InMemoryStore
    let archive: WatchedArchive
    let finished: WatchedFinishedJobs
    let lease: WatchedLease
    let erasures: WatchedErasures
    let upkeep = CountingUpkeep()
    let jobs: StoreUnderTest
    let owner: UserID
    var settings = HousekeepingSettings(holder: "one")

    init(listingDelay: Duration = .zero) async throws {
        store = InMemoryStore(clock: clock)
        finished = WatchedFinishedJobs(store)
        lease = WatchedLease(store)
        erasures = WatchedErasures(store)
        archive = WatchedArchive(InMemoryJobArchive(listingDelay: listingDelay))
        jobs = .over(store, clock: clock)
        owner = try await jobs.makeUser().id
        settings.idle = (.milliseconds(5), .milliseconds(10))
        settings.lease = .milliseconds(60)
        settings.settling = .zero
        settings.upkeepEvery = .milliseconds(10)
    }

    /// A housekeeper called `holder`.
    func housekeeper(_ holder: String) -> Housekeeping {
        var settings = settings
        settings.holder = holder
        return Housekeeping(
            HousekeepingDependencies(
                lease: lease, finished: finished, archive: archive, erasures: erasures, counters: store, upkeep: upkeep,
                logger: .silent),
            settings: settings)
    }

    /// Runs a housekeeper around `body`, then shuts it down gracefully and waits until it has returned.
    func run(_ holder: String = "one", _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(services: [housekeeper(holder)], logger: .silent)
        async let running: Void = group.run()
        do { try await body() } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    /// Ended jobs whose hot time is over.
    func endedJobs(_ count: Int, _ states: [JobState] = [.dead, .succeeded, .cancelled]) async throws -> [Job] {
        var ended: [Job] = []
        for number in 0..<count {
            ended.append(try await jobs.job(in: states[number % states.count], of: owner))
        }
        clock.advance(by: .seconds(8 * 86_400))
        return ended
    }
}

/// An archive that tells when something was put, and what was hot at that time.
final class WatchedArchive: JobArchive {
    let whole: InMemoryJobArchive
    let puts = Recorder<[JobID]>()
    /// When each put had returned.
    let putTimes = Recorder<ContinuousClock.Instant>()

    init(_ whole: InMemoryJobArchive) {
        self.whole = whole
    }

    var listingDelay: Duration { whole.listingDelay }
    var sharesJobStore: Bool { whole.sharesJobStore }

    func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        do throws(DomainError) { try await whole.put(jobs) } catch {
            puts.record([])
            throw error
        }
        putTimes.record(ContinuousClock.now)
        puts.record(jobs.map(\.job.id))
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

/// Ended jobs that tell when some were removed.
final class WatchedFinishedJobs: FinishedJobs {
    let store: InMemoryStore
    let removals = Recorder<JobID>()
    /// When each removal was asked for.
    let removalTimes = Recorder<ContinuousClock.Instant>()
    /// What removals have to pass.
    let gate = Gate(isOpen: true)

    init(_ store: InMemoryStore) {
        self.store = store
    }

    func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob] {
        try await store.ended(group, age: age, after: after, limit: limit)
    }

    func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] {
        removalTimes.record(ContinuousClock.now)
        await gate.pass()
        let erased = try await store.remove(jobs)
        removals.record(jobs.map(\.id))
        return erased
    }

    func backlog(_ times: HotTimes) async throws(DomainError) -> ArchiveBacklog { try await store.backlog(times) }
}

/// Counts how often it is asked, and has a partition to make the first time.
final class CountingUpkeep: StoreUpkeep {
    let calls = Recorder<Int>()

    func keepUp() async throws(DomainError) -> UpkeepReport {
        calls.record(1)
        return UpkeepReport(made: 1)
    }
}
