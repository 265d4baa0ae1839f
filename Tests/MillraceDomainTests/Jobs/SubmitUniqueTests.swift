import MillraceDomain
import TestKit
import Testing

/// Submissions whose key or id belongs to a job that only the archive knows, alone and in requests sent again.
struct SubmitUniqueTests {
    private let world = World()

    private func archived(_ owner: UserID, _ unique: UniqueClaim) async throws -> Job {
        let job = try await world.store.job(in: .succeeded, of: owner) { $0.unique = unique }
        try await world.archiveAll()
        return job
    }

    private func submission(_ unique: UniqueClaim? = nil) -> JobSubmission {
        JobSubmission(kind: JobKind(stored: "noop"), unique: unique)
    }

    @Test func `the archived holder of a key is the answer, and a conflict once it is forgotten`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let job = try await archived(user.id, UniqueClaim(key: "k", scope: .forever))
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let (found, isNew, isArchived) = try await submit(submission(UniqueClaim(key: "k")), by: caller)
        #expect(found == job && !isNew && isArchived)
        _ = try await world.archive.erase(owner: user.id)
        await #expect(throws: DomainError.uniqueConflict(job.id)) {
            try await submit(submission(UniqueClaim(key: "k")), by: caller)
        }
        #expect(world.dispatcher.hints == [])
    }

    @Test(arguments: [true, false])
    func `of a request sent again the archived are looked up, the others accepted once`(_ isAtomic: Bool) async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let job = try await archived(user.id, UniqueClaim(key: "k", scope: .forever))
        let request = IdempotentRequest(ownerID: user.id, route: "POST", key: try IdempotencyKey("r"), body: [1])
        let reply = KeptReply(status: 200, headers: [], body: [2])
        let keeping = ReplyKeeping<SubmitJobs.Results>(request) { results in
            guard case .success(.existing(job, isArchived: true)) = results[1], results.count == 3 else { return nil }
            return reply
        }
        let both = [submission(), submission(UniqueClaim(key: "k")), submission()]
        guard
            case .done(let results) = try await world.submitJobs(both, isAtomic: isAtomic, by: caller, keeping: keeping)
        else { throw UnexpectedAnswer() }
        #expect(results[1] == .success(.existing(job, isArchived: true)))
        #expect(world.dispatcher.hints.count == 2)
        guard case .repeated(reply) = try await world.submitJobs(both, isAtomic: isAtomic, by: caller, keeping: keeping)
        else { throw UnexpectedAnswer() }
        #expect(world.dispatcher.hints.count == 2)
        #expect(try await world.memory.list(JobFilter(), page: PageRequest()).items.count == 2)
    }

    @Test func `a request of which only the archive knows the job keeps nothing`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let job = try await archived(user.id, UniqueClaim(key: "k", scope: .forever))
        let request = IdempotentRequest(ownerID: user.id, route: "POST", key: try IdempotencyKey("r"), body: [1])
        let keeping = ReplyKeeping<SubmittedJob>(request) { _ in KeptReply(status: 200, headers: [], body: []) }
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let answer = try await submit(submission(UniqueClaim(key: "k")), by: caller, keeping: keeping)
        guard case .done(let done) = answer else { throw UnexpectedAnswer() }
        #expect(done.job == job && done.isArchived)
        #expect(try await world.memory.find(request) == nil)
    }

    @Test func `an archived job is not sent back while another holds its key`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let job = try await archived(user.id, UniqueClaim(key: "k"))
        let next = try await world.store.submit(user.id) { $0.unique = UniqueClaim(key: "k") }
        let retry = RetryJob(
            jobs: world.memory, archive: world.archive, dispatcher: world.dispatcher, catalogue: HandlerCatalogue([]))
        await #expect(throws: DomainError.uniqueConflict(next.id)) {
            try await retry(job.id, isForced: true, by: caller)
        }
        #expect(world.dispatcher.hints == [])
    }

    private struct UnexpectedAnswer: Error {}
}
