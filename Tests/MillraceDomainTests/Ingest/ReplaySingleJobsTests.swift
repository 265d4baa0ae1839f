import MillraceDomain
import TestKit
import Testing

@Suite struct `Replaying dead jobs one by one` {
    private let world = World()

    private func replay(_ deadLetters: (any DeadLetterRepository)? = nil) -> ReplayDeadLetters {
        ReplayDeadLetters(
            deadLetters: deadLetters ?? world.memory, jobs: world.memory, archive: world.archive,
            dispatcher: world.dispatcher, decoder: KindRecordDecoder(), catalogue: world.catalogue,
            ingestOwner: { () async throws(DomainError) -> UserID in throw .failure }, budget: .seconds(60))
    }

    private func dead(_ owner: UserID, _ key: String, _ scope: UniqueClaim.Scope = .active) async throws -> JobID {
        try await world.store.job(in: .dead, of: owner) { $0.unique = .init(key: key, scope: scope) }.id
    }

    @Test func `those go back whose unique key is free, and of each other it is told`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let (held, free) = (try await dead(ada.id, "held"), try await dead(ada.id, "free"))
        let forever = try await dead(ada.id, "forever", .forever)
        let plain = try await world.store.job(in: .dead, of: ada.id).id
        let holder = try await world.store.submit(ada.id) { $0.unique = .init(key: "held") }
        let report = try await replay()(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 4 && report.replayed == 3 && report.skipped == 1)
        #expect(report.reasons == ["unique_conflict": 1])
        #expect(try await world.store.job(held).state == .dead)
        #expect(try await world.store.job(holder.id) == holder)
        for id in [free, forever, plain] { #expect(try await world.store.job(id).state == .queued) }
        #expect(Set(world.dispatcher.hints.map(\.jobID)) == [free, forever, plain])
        // Its key is its own again: another job of it is the one that came back.
        let other = world.store.newJob(ada.id) { $0.unique = .init(key: "free") }
        let outcomes = try await world.memory.submit([other], isAtomic: false)
        #expect(outcomes == [.existing(try await world.store.job(free))])
        _ = try await world.memory.cancel(holder.id, owner: nil)
        #expect(try await replay()(ReplayRequest(DeadLetterFilter()), by: caller).replayed == 1)
        #expect(try await world.store.job(held).state == .queued)
    }

    @Test func `one that was sent back and died again since it was seen is left dead`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let unique = try await dead(ada.id, "k")
        let keyed = try await world.store.job(in: .dead, of: ada.id) { $0.orderingKey = "k" }.id
        let restless = RestlessDeadLetters(base: world.memory) { [world] in
            for id in [unique, keyed] {
                _ = try await world.memory.retry(id, owner: nil, evenSucceeded: false)
                let claimed = try await world.store.claim(world.store.job(id))
                try await world.store.finish(.failing(claimed.lease, isFinal: true))
            }
        }
        let report = try await replay(restless)(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 2 && report.replayed == 0 && report.skipped == 2 && report.reasons == ["gone": 2])
        for id in [unique, keyed] {
            let job = try await world.store.job(id)
            #expect(job.state == .dead && job.generation == 1)
        }
    }

    @Test func `one that goes to the archive since it was seen comes back from there`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let id = try await dead(ada.id, "k")
        let restless = RestlessDeadLetters(base: world.memory) { [world] in try await world.archiveAll() }
        let report = try await replay(restless)(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 1 && report.replayed == 1)
        let job = try await world.store.job(id)
        #expect(job.state == .queued && job.generation == 1)
    }

    @Test func `one in the archive whose key another job holds stays there`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let id = try await dead(ada.id, "k")
        try await world.archiveAll()
        _ = try await world.store.submit(ada.id) { $0.unique = .init(key: "k") }
        var filter = DeadLetterFilter()
        filter.ids = [id.uniqueID]
        let report = try await replay()(ReplayRequest(filter), by: caller)
        #expect(report.matched == 1 && report.skipped == 1 && report.reasons == ["unique_conflict": 1])
        #expect(try await world.memory.find(id, owner: nil) == nil)
    }
}

/// Dead letters of which something becomes just after they were looked at.
private struct RestlessDeadLetters: DeadLetterRepository {
    let base: any DeadLetterRepository
    let meanwhile: @Sendable () async throws -> Void

    func audited(_ note: AuditNote) -> Self { self }

    func list(_ filter: DeadLetterFilter, page: PageRequest) async throws(DomainError) -> Page<DeadLetter> {
        try await base.list(filter, page: page)
    }

    func find(_ id: UniqueID, owner: UserID?) async throws(DomainError) -> DeadLetter? {
        try await base.find(id, owner: owner)
    }

    func now() async throws(DomainError) -> Timestamp { try await base.now() }

    func candidates(
        _ filter: DeadLetterFilter, after position: PagePosition?, limit: Int
    ) async throws(DomainError) -> Page<ReplayCandidate> {
        let page = try await base.candidates(filter, after: position, limit: limit)
        do { try await meanwhile() } catch { throw .failure }
        return page
    }

    func sendBack(_ jobs: [JobReturn]) async throws(DomainError) -> [ReturnedJob] { try await base.sendBack(jobs) }

    func replay(_ records: [RecordReplay]) async throws(DomainError) -> [RecordReplayOutcome] {
        try await base.replay(records)
    }
}
