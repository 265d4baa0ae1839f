import MillraceDomain
import TestKit
import Testing

/// Submitting a job again whose first run has gone to the archive.
struct ArchivedIDsTests {
    private let world = World()

    private func archived(_ owner: UserID) async throws -> JobSubmission {
        var submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        submission.id = world.ids.next()
        let job = try await world.store.submit(owner) { $0 = submission }
        try await world.store.finish(.succeeding(world.store.claim(job).lease))
        try await world.archiveAll()
        return submission
    }

    @Test func `the same content is the archived job, other content a conflict, and neither runs again`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let submission = try await archived(user.id)
        let submit = SubmitJob(submitJobs: world.submitJobs)
        let (job, isNew, isArchived) = try await submit(submission, by: caller)
        #expect(!isNew && isArchived && job.id == submission.id && job.state == .succeeded)
        var other = submission
        other.priority = 1
        await #expect(throws: DomainError.conflict(.idTaken)) { try await submit(other, by: caller) }
        #expect(world.dispatcher.hints == [])
        #expect(try await world.memory.find(job.id, owner: nil) == nil)
    }

    @Test func `while the archive is away, nothing is said of it and nothing runs twice`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let submission = try await archived(user.id)
        world.archive.setOutage(.unavailable)
        let results = try await world.submitJobs([submission, JobSubmission(kind: submission.kind)], by: caller)
        #expect(results[0] == .failure(.unavailable))
        guard case .success(.accepted) = results[1] else {
            Issue.record("a neighbour was refused: \(results[1])")
            return
        }
    }

    @Test func `in an atomic call the archived ones count as there, and the others are accepted`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .jobsWrite)
        let submission = try await archived(user.id)
        let fresh = JobSubmission(kind: submission.kind)
        let results = try await world.submitJobs([fresh, submission, fresh], isAtomic: true, by: caller)
        let isNew = results.map { result in
            if case .success(.accepted) = result { true } else { false }
        }
        #expect(isNew == [true, false, true])
        #expect(world.dispatcher.hints.count == 2)
        var other = submission
        other.priority = 1
        let refused = try await world.submitJobs([fresh, other], isAtomic: true, by: caller)
        #expect(refused[1] == .success(.idTaken))
        #expect(world.dispatcher.hints.count == 2)
    }
}
