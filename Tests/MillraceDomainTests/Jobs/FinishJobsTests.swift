import MillraceDomain
import TestKit
import Testing

struct FinishJobsTests {
    private let world = World()
    private let broken = JobFailure(code: "broken", message: "It broke.")

    /// Claims a job and records how its run ended.
    private func finish(
        _ outcome: RunOutcome, policy: HandlerPolicy = HandlerPolicy(), spread: Double = 0,
        runningFor duration: Duration = .zero, _ change: (inout JobSubmission) -> Void = { _ in }
    ) async throws -> Job {
        let kind = KindDescription(kind: JobKind(stored: "noop"), driver: .swift, policy: policy)
        let finish = FinishJobs(leases: world.memory, catalogue: HandlerCatalogue([kind]), spread: { spread })
        let user = try await world.store.makeUser("\(world.ids.next())@example.org")
        let claimed = try await world.store.claim(try await world.store.submit(user.id, change))
        world.clock.advance(by: duration)
        let outcomes = try await finish([(claimed, outcome)])
        let job = try await world.store.job(claimed.job.id)
        #expect(outcomes == [.recorded(job.state)])
        return job
    }

    @Test func `a success is recorded with its result`() async throws {
        let job = try await finish(.succeeded(JSONText(stored: "1.0")))
        #expect(job.state == .succeeded && job.result?.text == "1.0")
    }

    @Test func `a snooze is recorded, not charged`() async throws {
        let job = try await finish(.snoozed(.seconds(60)))
        #expect(job.state == .scheduled && job.attempt == 0)
    }

    @Test(arguments: [RunOutcome.released, .stopped])
    func `a run that was not started or was stopped goes back, not charged`(_ outcome: RunOutcome) async throws {
        let job = try await finish(outcome)
        #expect(job.state == .queued && job.attempt == 0)
        #expect(try await world.memory.attempts(of: job.id).map(\.outcome) == [.released])
    }

    @Test func `a failure is retried after the kind's delay with the spread`() async throws {
        let policy = HandlerPolicy(retry: RetryPolicy(base: .seconds(100)))
        let now = world.clock.now()
        #expect(try await finish(.failed(broken), policy: policy).nextAttemptAt == now + .seconds(100))
        let spread = try await finish(.failed(broken), policy: policy, spread: -0.2)
        #expect(spread.state == .retrying)
        let delay = try #require(spread.nextAttemptAt) - now
        #expect((Duration.seconds(79.9)...Duration.seconds(80.1)).contains(delay))
    }

    @Test func `a job's own retry policy wins over the kind's`() async throws {
        let now = world.clock.now()
        let job = try await finish(.failed(broken)) {
            $0.retry = RetryOverride(base: .seconds(7), cap: nil, maxAge: nil)
        }
        #expect(job.nextAttemptAt == now + .seconds(7))
    }

    @Test func `what the receiver asks for is waited for`() async throws {
        let now = world.clock.now()
        let busy = JobFailure(code: "busy", message: "Busy.", retryAfter: .seconds(3600))
        #expect(try await finish(.failed(busy)).nextAttemptAt == now + .seconds(3600))
    }

    @Test func `a permanent failure is death at once`() async throws {
        let job = try await finish(.failed(.permanent("gone", "Gone.")))
        #expect(job.state == .dead && job.lastError?.code == "gone" && job.nextAttemptAt == nil)
    }

    @Test func `a job's age counts from its start time, not from its submission`() async throws {
        let week = RetryPolicy(maxAge: .seconds(7 * 86_400))
        let kind = KindDescription(kind: JobKind(stored: "noop"), driver: .swift, policy: HandlerPolicy(retry: week))
        let finish = FinishJobs(leases: world.memory, catalogue: HandlerCatalogue([kind]), spread: { 0 })
        let user = try await world.store.makeUser("\(world.ids.next())@example.org")
        let startAt = world.clock.now() + .seconds(8 * 86_400)
        let job = try await world.store.submit(user.id) { $0.runAt = startAt }
        world.clock.set(startAt + .seconds(1))
        let claimed = try #require(try await world.store.sweep().claimed.first)
        #expect(claimed.job.id == job.id)
        #expect(try await finish([(claimed, .failed(broken))]) == [.recorded(.retrying)])
    }

    @Test func `a failure of the last attempt is death`() async throws {
        #expect(try await finish(.failed(broken)) { $0.maxAttempts = 1 }.state == .dead)
        #expect(try await finish(.failed(broken)) { $0.maxAttempts = 2 }.state == .retrying)
    }

    @Test func `a job that would be too old at its next attempt is dead`() async throws {
        let retry = RetryOverride(base: .seconds(10), cap: .seconds(10), maxAge: .seconds(9))
        #expect(try await finish(.failed(broken)) { $0.retry = retry }.state == .dead)
        let longer = RetryOverride(base: .seconds(10), cap: .seconds(10), maxAge: .seconds(10))
        #expect(try await finish(.failed(broken)) { $0.retry = longer }.state == .retrying)
    }

    @Test func `an endless wait asked for by a receiver does no harm`() async throws {
        let forever = JobFailure(code: "busy", message: "Busy.", retryAfter: .seconds(Int64.max))
        #expect(try await finish(.failed(forever)).state == .dead)
    }

    @Test func `many ends are recorded in the order given, stale ones told apart`() async throws {
        let finish = FinishJobs(leases: world.memory, catalogue: world.catalogue, spread: { 0 })
        let (user, _) = try await world.user()
        let first = try await world.store.claim(try await world.store.submit(user.id))
        let stale = ClaimedJob(job: first.job, lease: Lease(jobID: first.job.id, token: world.ids.next()))
        let last = try await world.store.claim(try await world.store.submit(user.id))
        let outcomes = try await finish([(stale, .failed(broken)), (last, .failed(broken)), (first, .succeeded(nil))])
        #expect(outcomes == [.stale, .recorded(.retrying), .recorded(.succeeded)])
    }
}
