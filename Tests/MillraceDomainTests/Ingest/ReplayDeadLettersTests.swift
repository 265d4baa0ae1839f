import MillraceDomain
import TestKit
import Testing

@Suite struct `Replaying dead letters` {
    private let world = World()
    private let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)

    private func replay(budget: Duration = .seconds(60), ingestOwner: UserID? = nil) -> ReplayDeadLetters {
        ReplayDeadLetters(
            deadLetters: world.memory, jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher,
            decoder: KindRecordDecoder(), catalogue: world.catalogue,
            ingestOwner: { () async throws(DomainError) in
                guard let ingestOwner else { throw .failure }
                return ingestOwner
            }, budget: budget)
    }

    /// Keeps records with these values, each dead for a reason that does not hold any more where it is a known kind.
    @discardableResult
    private func keep(_ values: String..., owner: UserID?, from offset: Int64 = 0) async throws -> [DeadRecord] {
        let position = try #require(try await world.memory.open([source]).first)
        let dead = values.enumerated().map { index, value in
            IngestBatch.DeadEntry(
                record: SourceRecord(
                    source: source, offset: offset + Int64(index), timestamp: nil, key: nil,
                    value: Array(value.utf8), headers: []),
                reason: DeadReason(.unknownKind, "It had no handler."), ownerID: owner)
        }
        let batch = IngestBatch(
            position: position, nextOffset: offset + Int64(values.count), entries: [], dead: dead)
        guard case .committed(let receipt) = try await world.memory.ingest(batch) else { throw DomainError.failure }
        return receipt.dead
    }

    @Test func `jobs run again, records are read anew, and consumers are told`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let job = try await world.store.job(in: .dead, of: ada.id)
        try await keep("noop", "not a kind!", "unheard.of", owner: ada.id)
        let report = try await replay()(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 4 && report.replayed == 2 && report.stillUnreadable == 2)
        #expect(report.duplicates == 0 && report.skipped == 0 && report.next == nil && report.nextStartAt == nil)
        #expect(report.reasons == ["malformed_json": 1, "unknown_kind": 1])
        #expect(try await world.store.job(job.id).state == .queued)
        let jobs = try await world.memory.list(JobFilter(), page: PageRequest()).items
        #expect(jobs.count == 2 && jobs.allSatisfy { $0.ownerID == ada.id && $0.state == .queued })
        #expect(Set(world.dispatcher.hints.map(\.jobID)) == Set(jobs.map(\.id)))
        let left = try await world.memory.list(DeadLetterFilter(), page: PageRequest()).items
        #expect(left.count == 2)
        let again = try await replay()(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(again.matched == 2 && again.replayed == 0)
    }

    @Test func `a dry run counts the same and changes nothing`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        _ = try await world.store.job(in: .dead, of: ada.id)
        try await keep("noop", "not a kind!", owner: ada.id)
        let before = try await world.memory.list(DeadLetterFilter(), page: PageRequest()).items
        let report = try await replay()(ReplayRequest(DeadLetterFilter(), isDryRun: true), by: caller)
        #expect(report.matched == 3 && report.replayed == 2 && report.stillUnreadable == 1)
        #expect(try await world.memory.list(DeadLetterFilter(), page: PageRequest()).items == before)
        #expect(world.dispatcher.hints.isEmpty)
    }

    @Test func `who is no admin replays what is theirs, and nobody without the scope`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let (bob, _) = try await world.user("bob@example.org")
        let own = try await world.store.job(in: .dead, of: ada.id)
        let other = try await world.store.job(in: .dead, of: bob.id)
        try await keep("noop", owner: bob.id)
        let report = try await replay()(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 1 && report.filter.owner == ada.id)
        #expect(try await world.store.job(own.id).state == .queued)
        #expect(try await world.store.job(other.id).state == .dead)
        var theirs = DeadLetterFilter()
        theirs.owner = bob.id
        #expect(try await replay()(ReplayRequest(theirs), by: caller).matched == 0)
        #expect(try await replay()(ReplayRequest(theirs), by: world.caller(.admin)).replayed == 2)
        await #expect(throws: DomainError.forbidden(.jobsWrite)) {
            try await replay()(ReplayRequest(DeadLetterFilter()), by: world.caller(.jobsRead))
        }
    }

    @Test func `a record that was kept without an owner goes to the ingest owner`() async throws {
        let (ada, _) = try await world.user()
        try await keep("noop", owner: nil)
        let report = try await replay(ingestOwner: ada.id)(
            ReplayRequest(DeadLetterFilter()), by: world.caller(.admin))
        #expect(report.replayed == 1)
        #expect(try await world.memory.list(JobFilter(), page: PageRequest()).items.map(\.ownerID) == [ada.id])
    }

    @Test func `the oldest go first, as many as asked for, and the rest is for the next request`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        var jobs: [JobID] = []
        for _ in 0..<5 {
            jobs.append(try await world.store.job(in: .dead, of: ada.id).id)
            world.clock.advance(by: .seconds(1))
        }
        let first = try await replay()(ReplayRequest(DeadLetterFilter(), limit: 2), by: caller)
        #expect(first.matched == 2 && world.dispatcher.hints.map(\.jobID) == Array(jobs[..<2]))
        // One dies again, after the replay has begun: it is not meant any more.
        world.clock.advance(by: .seconds(1))
        try await world.store.finish(.failing(world.store.claim(world.store.job(jobs[0])).lease, isFinal: true))
        let rest = try await replay()(ReplayRequest(first.filter, after: first.next), by: caller)
        #expect(rest.matched == 3 && rest.next == nil)
        #expect(try await world.store.job(jobs[0]).state == .dead)
    }

    @Test func `past its time no batch begins, and the answer says where to go on`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        for _ in 0..<101 { _ = try await world.store.job(in: .dead, of: ada.id) }
        let first = try await replay(budget: .zero)(ReplayRequest(DeadLetterFilter(), limit: 10_000), by: caller)
        #expect(first.replayed == 100)
        let next = try #require(first.next)
        let rest = try await replay(budget: .zero)(ReplayRequest(first.filter, after: next), by: caller)
        #expect(rest.replayed == 1 && rest.next == nil)
    }

    @Test func `at a rate each starts after the one before, also over two requests`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        var jobs: [JobID] = []
        for _ in 0..<3 {
            jobs.append(try await world.store.job(in: .dead, of: ada.id).id)
            world.clock.advance(by: .seconds(1))
        }
        try await keep("noop", owner: ada.id)
        let now = world.clock.now()
        let first = try await replay()(ReplayRequest(DeadLetterFilter(), limit: 2, rate: 2), by: caller)
        #expect(first.nextStartAt == now + .seconds(1))
        world.clock.advance(by: .milliseconds(100))
        _ = try await replay()(
            ReplayRequest(first.filter, rate: 2, startsAt: first.nextStartAt, after: first.next), by: caller)
        let all = try await world.memory.list(JobFilter(), page: PageRequest()).items
        #expect(all.filter { $0.state == .queued }.map(\.id) == [jobs[0]])
        #expect(try await world.store.job(jobs[1]).submission.runAt == now + .milliseconds(500))
        let later = Set(all.compactMap(\.submission.runAt)).filter { $0 > now + .milliseconds(500) }
        #expect(later == [now + .seconds(1), now + .milliseconds(1500)])
        #expect(world.dispatcher.hints.map(\.jobID) == [jobs[0]])
    }

    @Test func `an archived job is found by its id, unless it lives again`() async throws {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let dead = try await world.store.job(in: .dead, of: ada.id)
        let good = try await world.store.job(in: .succeeded, of: ada.id)
        try await world.archiveAll()
        var filter = DeadLetterFilter()
        filter.ids = [dead.id.uniqueID, good.id.uniqueID, world.ids.next()]
        #expect(try await replay()(ReplayRequest(DeadLetterFilter()), by: caller).matched == 0)
        let dry = try await replay()(ReplayRequest(filter, isDryRun: true), by: caller)
        #expect(dry.matched == 1 && dry.replayed == 1)
        #expect(try await replay()(ReplayRequest(filter), by: caller).replayed == 1)
        #expect(try await world.store.job(dead.id).state == .queued)
        #expect(try await replay()(ReplayRequest(filter), by: caller).matched == 0)
    }

    @Test func `dead jobs with an ordering key go back one by one, each before those that wait behind it`() async throws
    {
        let (ada, caller) = try await world.user("ada@example.org", .jobsWrite)
        let jobs = ["held", "held", "free", "free"].map { key in
            var submission = world.store.newJob(ada.id).submission
            submission.orderingKey = key
            return NewJob(
                id: world.ids.next(), ownerID: ada.id, submission: submission,
                onDead: key == "held" ? .hold : .proceed)
        }
        _ = try await world.memory.submit(jobs, isAtomic: true)
        let ids = jobs.map(\.id)
        for id in [ids[0], ids[2]] {
            try await world.store.finish(.failing(world.store.claim(world.store.job(id)).lease, isFinal: true))
        }
        let dry = try await replay()(ReplayRequest(DeadLetterFilter(), isDryRun: true), by: caller)
        #expect(dry.matched == 2 && dry.replayed == 2 && world.dispatcher.hints.isEmpty)
        let report = try await replay()(ReplayRequest(DeadLetterFilter()), by: caller)
        #expect(report.matched == 2 && report.replayed == 2 && report.skipped == 0)
        let states = try await world.memory.states(of: ids)
        #expect(ids.map { states[$0] } == [.queued, .blocked, .blocked, .queued])
        // The one whose place is taken is ready later, and nobody is told of it yet.
        #expect(world.dispatcher.hints.map(\.jobID) == [ids[0]])
        #expect(try await replay()(ReplayRequest(DeadLetterFilter()), by: caller).matched == 0)
    }

    @Test func `one dead letter is found, also in the archive, and only by whom it belongs to`() async throws {
        let find = FindDeadLetter(deadLetters: world.memory, jobs: world.memory, archive: world.archive)
        let (ada, caller) = try await world.user("ada@example.org", .jobsRead)
        let record = try #require(try await keep("noop", owner: ada.id).first)
        #expect(try await find(record.id.uniqueID, by: caller).letter == .record(record))
        let job = try await world.store.job(in: .dead, of: ada.id)
        try await world.archiveAll()
        let found = try await find(job.id.uniqueID, by: caller)
        #expect(found.letter == .job(job) && found.isArchived)
        for id in [record.id.uniqueID, job.id.uniqueID] {
            await #expect(throws: DomainError.notFound(.deadLetter)) {
                try await find(id, by: world.caller(.jobsRead))
            }
        }
        await #expect(throws: DomainError.forbidden(.jobsRead)) { try await find(world.ids.next(), by: world.caller()) }
    }
}
