import MillraceDomain
import TestKit
import Testing

/// Two stores, one list: whatever is where, its pages have no gaps and no doubles.
struct ListedPagesTests {
    private let world = World()

    /// Ends jobs and moves a part of them to the archive; some are copied and not removed, some have been sent back.
    private func scatter(_ count: Int, _ owner: UserID, _ random: inout some RandomNumberGenerator) async throws {
        let copy = ArchiveFinishedJobs(
            jobs: world.memory, archive: world.archive, hotTimes: HotTimes(dead: .zero, others: .zero))
        for _ in 0..<count {
            if Bool.random(using: &random) { world.clock.advance(by: .seconds(1)) }
            let state: JobState = [.succeeded, .dead, .cancelled, .queued][Int.random(in: 0..<4, using: &random)]
            let job = try await world.store.job(in: state, of: owner)
            guard state.isTerminal else { continue }
            let group: EndedGroup = state == .dead ? .dead : .others
            switch Int.random(in: 0..<4, using: &random) {
            case 0: break
            case 1: _ = try await copy(group, after: nil, limit: 1000)
            case 2: try await world.archiveAll()
            default:
                try await world.archiveAll()
                let archived = try #require(try await world.archive.find(job.id, owner: nil))
                _ = try await world.memory.restore(archived, onDead: .proceed)
            }
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `pages of any size show every job once, where it stands now`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let (other, _) = try await world.user("bob@example.org")
        try await scatter(30, user.id, &random)
        try await scatter(5, other.id, &random)
        let hot = try await world.memory.list(JobFilter(), page: PageRequest(limit: 500)).items
            .filter { $0.ownerID == user.id }
        let cold = world.archive.jobs.map(\.job).filter { job in
            job.ownerID == user.id && !hot.contains { $0.id == job.id }
        }
        let list = ListJobs(jobs: world.memory, archive: world.archive)
        for state in [nil, .dead, .succeeded, .queued] as [JobState?] {
            var filter = JobFilter()
            filter.state = state
            let expected =
                (hot.map { ListedJob(job: $0, isArchived: false) }
                + cold.map { ListedJob(job: $0, isArchived: true) })
                .filter { filter.passes($0.job) }
                .sorted { ($0.job.createdAt, $0.job.id) > ($1.job.createdAt, $1.job.id) }
            for limit in [1, 3, 7, 500] {
                let listed = try await pages(limit) { try await list(filter, page: $0, by: caller) }
                #expect(listed == expected, "\(String(describing: state)) in pages of \(limit)")
            }
        }
    }

    @Test func `short and empty pages of the archive end nothing`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        var expected: [Job] = []
        for number in 0..<9 {
            world.clock.advance(by: .seconds(1))
            let job = try await world.store.job(in: .succeeded, of: user.id)
            expected.insert(job, at: 0)
            if number % 2 == 0 { try await world.archiveAll() }
        }
        let list = ListJobs(jobs: world.memory, archive: StingyArchive(world.archive))
        let listed = try await pages(4) { try await list(JobFilter(), page: $0, by: caller) }
        #expect(listed.map(\.job) == expected)
    }

    @Test func `the archive is asked about ended jobs of one owner only`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let job = try await world.store.submit(user.id)
        world.archive.setOutage(.unavailable)
        let list = ListJobs(jobs: world.memory, archive: world.archive)
        var queued = JobFilter()
        queued.state = .queued
        #expect(try await list(queued, page: PageRequest(), by: caller).items.map(\.job) == [job])
        let all = try await list(JobFilter(), page: PageRequest(), by: world.caller(.admin))
        #expect(all.items.map(\.job) == [job])
        await #expect(throws: DomainError.unavailable) {
            try await list(JobFilter(), page: PageRequest(), by: caller)
        }
    }

    private func pages(
        _ limit: Int, _ list: (PageRequest) async throws -> Page<ListedJob>
    ) async throws -> [ListedJob] {
        var (items, after): ([ListedJob], PagePosition?) = ([], nil)
        for _ in 0..<500 {
            let page = try await list(PageRequest(limit: limit, after: after))
            #expect(page.items.count <= limit)
            items += page.items
            guard let next = page.next else { return items }
            after = next
        }
        Issue.record("a list that does not end")
        return items
    }
}

/// An archive that shows one job a call, however many are asked for.
private struct StingyArchive: JobArchive {
    let whole: InMemoryJobArchive
    var listingDelay: Duration { .zero }
    var sharesJobStore: Bool { false }

    init(_ whole: InMemoryJobArchive) {
        self.whole = whole
    }

    func list(owner: UserID, filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        do {
            return try await whole.list(owner: owner, filter: filter, page: PageRequest(limit: 1, after: page.after))
        } catch let error as DomainError { throw error } catch { throw .failure }
    }

    func put(_ jobs: [ArchivedJob]) async throws(DomainError) { try await whole.put(jobs) }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        try await whole.find(id, owner: owner)
    }
    func erase(owner: UserID) async throws(DomainError) -> Int { try await whole.erase(owner: owner) }
    func erase(_ ids: [JobID]) async throws(DomainError) { try await whole.erase(ids) }
}

/// The same numbers for the same seed (SplitMix64, Steele, Lea and Flood 2014).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
