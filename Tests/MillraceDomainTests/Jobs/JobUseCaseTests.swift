import MillraceDomain
import TestKit
import Testing

struct JobUseCaseTests {
    private let world = World()
    private var find: FindJob { FindJob(jobs: world.memory, archive: world.archive) }

    @Test func `a job is found hot or archived, by its owner and admins`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let hot = try await world.store.submit(user.id)
        let cold = JobArchiveContract.finished(1, owner: user.id)
        try await world.archive.put([cold])
        let coldID = cold.job.id
        for caller in [caller, world.caller(.admin)] {
            #expect(try await find(hot.id, by: caller) == (hot, false))
            #expect(try await find(coldID, by: caller) == (cold.job, true))
        }
        for id in [hot.id, coldID, world.ids.next()] {
            await #expect(throws: DomainError.notFound(.job)) { try await find(id, by: world.caller(.jobsRead)) }
        }
        await #expect(throws: DomainError.forbidden(.jobsRead)) { try await find(hot.id, by: world.caller()) }
    }

    @Test func `a hot job is found while the archive is away`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let hot = try await world.store.submit(user.id)
        world.archive.setOutage(.unavailable)
        #expect(try await find(hot.id, by: caller).job == hot)
        await #expect(throws: DomainError.unavailable) { try await find(world.ids.next(), by: caller) }
    }

    @Test func `a caller lists its own jobs, and nobody else's when asked for them, an admin everybody's`() async throws
    {
        let list = ListJobs(jobs: world.memory, archive: world.archive)
        let (ada, caller) = try await world.user("ada@example.org", .jobsRead)
        let (bob, _) = try await world.user("bob@example.org")
        let own = try await world.store.submit(ada.id)
        let other = try await world.store.submit(bob.id)
        var filter = JobFilter()
        let all = try await list(filter, page: PageRequest(), by: world.caller(.admin)).items
        #expect(Set(all.map(\.job)) == [own, other])
        #expect(try await list(filter, page: PageRequest(), by: caller).items.map(\.job) == [own])
        filter.owner = bob.id
        #expect(try await list(filter, page: PageRequest(), by: caller).items == [])
        #expect(try await list(filter, page: PageRequest(), by: world.caller(.admin)).items.map(\.job) == [other])
        await #expect(throws: DomainError.forbidden(.jobsRead)) {
            try await list(filter, page: PageRequest(), by: world.caller(.jobsWrite))
        }
    }

    @Test func `attempts are listed for a job that the caller sees`() async throws {
        let list = ListAttempts(jobs: world.memory, archive: world.archive)
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let job = try await world.store.job(in: .dead, of: user.id)
        #expect(try await list(of: job.id, by: caller).map(\.outcome) == [.failed])
        await #expect(throws: DomainError.notFound(.job)) { try await list(of: job.id, by: world.caller(.jobsRead)) }
        await #expect(throws: DomainError.forbidden(.jobsRead)) { try await list(of: job.id, by: world.caller()) }
    }

    @Test func `a job is cancelled by its owner, a running one is asked`() async throws {
        let cancel = CancelJob(jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher)
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let waiting = try await world.store.submit(user.id)
        let running = try await world.store.job(in: .running, of: user.id)
        #expect(try await cancel(waiting.id, by: caller).state == .cancelled)
        #expect(try await cancel(running.id, by: caller).cancelRequestedAt == world.clock.now())
        await #expect(throws: DomainError.conflict(.alreadyTerminal)) { try await cancel(waiting.id, by: caller) }
        await #expect(throws: DomainError.notFound(.job)) { try await cancel(running.id, by: world.caller(.jobsWrite)) }
        await #expect(throws: DomainError.forbidden(.jobsWrite)) { try await cancel(running.id, by: world.caller()) }
    }

    @Test func `an ended job is sent back, and consumers are told`() async throws {
        let retry = world.retryJob
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let dead = try await world.store.job(in: .dead, of: user.id)
        let done = try await world.store.job(in: .succeeded, of: user.id)
        #expect(try await retry(dead.id, isForced: false, by: caller).state == .queued)
        await #expect(throws: DomainError.conflict(.notTerminal)) {
            try await retry(dead.id, isForced: true, by: caller)
        }
        await #expect(throws: DomainError.conflict(.alreadySucceeded)) {
            try await retry(done.id, isForced: false, by: caller)
        }
        #expect(try await retry(done.id, isForced: true, by: caller).generation == 1)
        await #expect(throws: DomainError.notFound(.job)) {
            try await retry(done.id, isForced: true, by: world.caller(.jobsWrite))
        }
        await #expect(throws: DomainError.forbidden(.jobsWrite)) {
            try await retry(done.id, isForced: true, by: world.caller(.jobsRead))
        }
        #expect(world.dispatcher.hints.map(\.jobID) == [dead.id, done.id])
    }

    @Test func `claiming and sweeping without room or candidates asks the store nothing`() async throws {
        let terms = LeaseTerms(consumer: "consumer-1")
        world.memory.setOutage(.failure)
        #expect(try await ClaimJobs(leases: world.memory, terms: terms)([], limit: 1).isEmpty)
        #expect(try await ClaimJobs(leases: world.memory, terms: terms)([world.ids.next()], limit: 0).isEmpty)
        #expect(try await SweepDueJobs(leases: world.memory, terms: terms)(limit: 0).touched == 0)
        #expect(try await RenewLeases(leases: world.memory, terms: terms)([]).isEmpty)
        #expect(try await FinishJobs(leases: world.memory, catalogue: world.catalogue)([]).isEmpty)
    }

    @Test func `a job is claimed, kept and swept under the terms of its process`() async throws {
        let terms = LeaseTerms(consumer: "consumer-1", duration: .seconds(5))
        let (user, _) = try await world.user()
        let job = try await world.store.submit(user.id)
        let claimed = try await ClaimJobs(leases: world.memory, terms: terms)([job.id], limit: 1)
        #expect(claimed.map(\.job.id) == [job.id])
        world.clock.advance(by: .seconds(4))
        let renew = RenewLeases(leases: world.memory, terms: terms)
        #expect(try await renew(claimed.map(\.lease)) == [.held])
        world.clock.advance(by: .seconds(5))
        #expect(try await SweepDueJobs(leases: world.memory, terms: terms)(limit: 10).recovered == 1)
    }

    @Test func `kinds are listed in order of name`() throws {
        let list = ListKinds(catalogue: world.catalogue)
        #expect(try list(by: world.caller(.jobsRead)).map(\.kind.text) == ["noop", "sleep", "users.import"])
        #expect(throws: DomainError.forbidden(.jobsRead)) { try list(by: world.caller(.jobsWrite)) }
    }

    @Test func `values of leases and policies outside their ranges are drawn inside`() {
        #expect(LeaseTerms(consumer: "c", duration: .zero).duration == .seconds(1))
        #expect(LeaseTerms(consumer: "c", duration: .seconds(7200)).duration == .seconds(3600))
        #expect(HandlerPolicy(timeout: .zero, maxAttempts: 0).timeout == .milliseconds(1))
        #expect(HandlerPolicy(timeout: .seconds(1e6)).timeout == .seconds(86_400))
        #expect(HandlerPolicy(maxAttempts: 0).maxAttempts == 1 && HandlerPolicy(maxAttempts: 101).maxAttempts == 100)
        #expect(JobProgress(percent: -1, text: "").percent == 0 && JobProgress(percent: 101, text: "").percent == 100)
        #expect(JobProgress(percent: 0, text: String(repeating: "é", count: 201)).text.count == 200)
    }

    @Test func `of two descriptions of one kind the later holds, and secrets stay out of texts`() {
        let kind = JobKind(stored: "hook")
        let target = WebhookTarget(url: "https://example.org/hook", secrets: [Array("hush".utf8)])
        let catalogue = HandlerCatalogue([
            KindDescription(kind: kind, driver: .swift), KindDescription(kind: kind, driver: .http(target)),
        ])
        #expect(catalogue[kind]?.driver.name == "http")
        #expect(catalogue.kinds.count == 1)
        let hush = Array("hush".utf8).map { String($0) }.joined(separator: ", ")
        #expect(!"\(catalogue)".contains(hush) && !String(reflecting: catalogue).contains(hush))
    }
}
