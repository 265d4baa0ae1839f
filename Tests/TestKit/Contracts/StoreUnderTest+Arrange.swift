public import MillraceDomain
import Testing

/// What clauses and other tests need before they can begin.
extension StoreUnderTest {
    /// A new user.
    public func makeUser(_ email: String = "ada@example.org", name: String = "Ada") async throws -> User {
        try await users.create(id: ids.next(), profile: .sample(email, name: name))
    }

    /// A submission with an id, ready for the store.
    public func newJob(
        _ owner: UserID, kind: String = "noop", _ change: (inout JobSubmission) -> Void = { _ in }
    ) -> NewJob {
        var submission = JobSubmission(kind: JobKind(stored: kind), maxAttempts: 25)
        change(&submission)
        return NewJob(id: submission.id ?? ids.next(), ownerID: owner, submission: submission)
    }

    /// An accepted job.
    public func submit(
        _ owner: UserID, kind: String = "noop", _ change: (inout JobSubmission) -> Void = { _ in }
    ) async throws -> Job {
        let outcomes = try await jobs.submit([newJob(owner, kind: kind, change)], isAtomic: false)
        guard case .accepted(let job) = outcomes.first else {
            throw UnexpectedOutcome("\(outcomes) instead of an accepted job")
        }
        return job
    }

    /// The job as the store has it now.
    public func job(_ id: JobID) async throws -> Job {
        try #require(try await jobs.find(id, owner: nil))
    }

    /// A claim of a queued job that must succeed.
    public func claim(
        _ job: Job, consumer: String = "consumer-1", lasting duration: Duration = .seconds(10)
    ) async throws -> ClaimedJob {
        let terms = LeaseTerms(consumer: consumer, duration: duration)
        return try #require(try await leases.claim([job.id], limit: 1, terms: terms).first)
    }

    /// The end of a run that must be recorded.
    @discardableResult
    public func finish(_ completion: JobCompletion) async throws -> JobState {
        guard case .recorded(let state, _)? = try await leases.finish([completion]).first else {
            throw UnexpectedOutcome("the end was not recorded")
        }
        return state
    }

    /// What a sweep finds.
    public func sweep(limit: Int = 100, consumer: String = "sweeper") async throws -> SweepResult {
        try await leases.sweep(limit: limit, terms: LeaseTerms(consumer: consumer))
    }

    /// A job that has come to `state` by the usual way; for `.expired` the clock moves 10 s.
    public func job(
        in state: JobState, of owner: UserID, _ change: (inout JobSubmission) -> Void = { _ in }
    ) async throws -> Job {
        let now = clock.now()
        func submitted(_ move: (inout JobSubmission) -> Void = { _ in }) async throws -> Job {
            try await submit(owner) {
                change(&$0)
                move(&$0)
            }
        }
        switch state {
        case .blocked:
            let key = "behind another \(ids.next(as: Job.self))"
            _ = try await submit(owner) { $0.orderingKey = key }
            return try await submitted { $0.orderingKey = key }
        case .queued: return try await submitted()
        case .scheduled: return try await submitted { $0.runAt = now + .seconds(3600) }
        case .running: return try await claim(try await submitted()).job
        case .cancelled: return try await jobs.cancel(try await submitted().id, owner: nil).job
        case .retrying: return try await finished(try await submitted()) { try .failing($0, dueIn: .seconds(60)) }
        case .succeeded: return try await finished(try await submitted()) { try .succeeding($0) }
        case .dead: return try await finished(try await submitted()) { try .failing($0, isFinal: true) }
        case .expired:
            let job = try await submitted { $0.expiresAt = now + .seconds(1) }
            clock.advance(by: .seconds(10))
            _ = try await sweep()
            return try await self.job(job.id)
        }
    }

    private func finished(_ job: Job, _ end: (Lease) throws -> JobCompletion) async throws -> Job {
        let claimed = try await claim(job)
        try await finish(try end(claimed.lease))
        return try await self.job(job.id)
    }
}

/// A store answered what the arrangement of a test does not allow.
struct UnexpectedOutcome: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
