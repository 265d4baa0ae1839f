import MillraceDomain
import TestKit
import Testing

struct SubmitJobsTests {
    private let world = World()
    private let unknownKind = FieldError("/kind", .unknownKind, "has no handler, see GET /api/v1/kinds")

    private func submission(_ kind: String = "noop") -> JobSubmission {
        JobSubmission(kind: JobKind(stored: kind))
    }

    private func accepted(_ result: Result<SubmitOutcome, DomainError>) -> Job? {
        guard case .success(.accepted(let job)) = result else { return nil }
        return job
    }

    @Test func `an accepted job is stored with its kind's attempts, and consumers are told`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let (job, isNew, _) = try await SubmitJob(submitJobs: world.submitJobs)(submission(), by: caller)
        #expect(isNew)
        #expect(job.ownerID == user.id && job.state == .queued && job.submission.maxAttempts == 25)
        #expect(try await world.store.job(job.id) == job)
        #expect(world.dispatcher.hints == [DispatchHint(jobID: job.id, queue: .default)])
    }

    @Test func `a kind's own number of attempts is filled in, a submission's wins`() async throws {
        let kind = KindDescription(kind: JobKind(stored: "few"), driver: .swift, policy: HandlerPolicy(maxAttempts: 3))
        let submit = SubmitJobs(
            jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher,
            catalogue: HandlerCatalogue([kind]), ids: world.ids)
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        var own = submission("few")
        own.maxAttempts = 7
        let outcomes = try await submit([submission("few"), own], by: caller)
        #expect(outcomes.map { accepted($0)?.submission.maxAttempts } == [3, 7])
    }

    @Test func `the same id and content again is the job that is there, and nobody is told twice`() async throws {
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        var named = submission()
        named.id = world.ids.next()
        let (job, _, _) = try await submit(named, by: caller)
        world.clock.advance(by: .seconds(1))
        let (again, isNew, isArchived) = try await submit(named, by: caller)
        #expect(again == job && !isNew && !isArchived)
        #expect(world.dispatcher.hints.count == 1)
        named.priority = 1
        await #expect(throws: DomainError.conflict(.idTaken)) { try await submit(named, by: caller) }
    }

    @Test func `a job that an operator sent back after its time is still the job of its submission`() async throws {
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        var late = submission()
        late.id = world.ids.next()
        late.expiresAt = world.clock.now() + .seconds(1)
        let (job, _, _) = try await submit(late, by: caller)
        world.clock.advance(by: .seconds(5))
        _ = try await world.memory.sweep(limit: 1, terms: LeaseTerms(consumer: "one"))
        #expect(try await world.memory.retry(job.id, owner: nil, evenSucceeded: false).job.submission.expiresAt == nil)
        let (again, isNew, _) = try await submit(late, by: caller)
        #expect(again.id == job.id && again.generation == 1 && !isNew)
    }

    @Test func `a kind that acts for an admin is refused to others, and its neighbours are accepted`() async throws {
        let submit = SubmitJobs(
            jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher,
            catalogue: HandlerCatalogue(HandlerCatalogue.builtIn),
            ids: world.ids)
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        let both = [submission("users.import"), submission()]
        let results = try await submit(both, by: caller)
        #expect(results[0] == .failure(.forbidden(.admin)))
        #expect(accepted(results[1]) != nil)
        await #expect(throws: DomainError.forbidden(.admin)) { try await submit(both, isAtomic: true, by: caller) }
        let (_, admin) = try await world.user("root@example.org", .admin)
        #expect(accepted(try await submit(both, by: admin)[0]) != nil)
    }

    @Test func `nobody is told of a job that starts later`() async throws {
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        var later = submission()
        later.runAt = world.clock.now() + .seconds(60)
        let (job, _, _) = try await SubmitJob(submitJobs: world.submitJobs)(later, by: caller)
        #expect(job.state == .scheduled)
        #expect(world.dispatcher.hints == [])
    }

    @Test func `a job needs the scope, a known kind and a user that still exists`() async throws {
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        await #expect(throws: DomainError.forbidden(.jobsWrite)) {
            try await submit(submission(), by: world.caller(.jobsRead))
        }
        await #expect(throws: DomainError.invalid([unknownKind])) {
            try await submit(submission("unheard.of"), by: caller)
        }
        await #expect(throws: DomainError.unauthenticated) {
            try await submit(submission(), by: world.caller(.jobsWrite))
        }
        #expect(world.dispatcher.hints == [])
    }

    @Test func `an unknown kind does not keep its neighbours from being accepted`() async throws {
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        let results = try await world.submitJobs([submission(), submission("x"), submission("sleep")], by: caller)
        #expect(results.count == 3)
        #expect(results[1] == .failure(.invalid([unknownKind])))
        #expect(results.map { accepted($0)?.submission.kind.text } == ["noop", nil, "sleep"])
        #expect(world.dispatcher.hints.count == 2)
    }

    /// Guards: the neighbours of an unknown kind were answered as if their owner did not exist.
    @Test func `an atomic submission with unknown kinds names them and accepts nothing`() async throws {
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        let faults = [unknownKind.under("/1"), unknownKind.under("/2")]
        await #expect(throws: DomainError.invalid(faults)) {
            try await world.submitJobs(
                [submission(), submission("x"), submission("y")], isAtomic: true, by: caller)
        }
        #expect(try await world.memory.list(JobFilter(), page: PageRequest()).items == [])
    }

    @Test func `nobody is told of an atomic submission that is refused`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let taken = try await world.store.submit(user.id, kind: "sleep")
        var conflicting = submission()
        conflicting.id = taken.id
        let results = try await world.submitJobs([submission(), conflicting], isAtomic: true, by: caller)
        #expect(results[1] == .success(.idTaken))
        #expect(world.dispatcher.hints == [])
        #expect(try await world.memory.list(JobFilter(), page: PageRequest()).items == [taken])
    }

    @Test func `nobody is told when the store failed`() async throws {
        let (_, caller) = try await world.user("ada@example.org", .jobsWrite)
        world.memory.setOutage(.ambiguous)
        await #expect(throws: DomainError.ambiguous) { try await world.submitJobs([submission()], by: caller) }
        #expect(world.dispatcher.hints == [])
    }
}
