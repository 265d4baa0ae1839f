import MillraceDomain
import TestKit
import Testing

struct ErasureTests {
    private let world = World()
    private var erase: EraseUser { EraseUser(erasures: world.memory, ids: world.ids) }
    private var find: FindErasure { FindErasure(erasures: world.memory) }

    private func goOn() -> ContinueErasure {
        ContinueErasure(erasures: world.memory, archive: world.archive, settling: .seconds(10), batch: 2)
    }

    /// Does pieces until there is nothing to do but wait.
    private func workOff() async throws -> ErasureStep {
        for _ in 0..<100 {
            let step = try await goOn()()
            if case .moved = step { continue }
            return step
        }
        throw NeverDone()
    }

    private struct NeverDone: Error {}

    @Test func `everything of a user goes: live, hot, archived, and dead records`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        let (other, _) = try await world.user("bob@example.org")
        for _ in 0..<3 { _ = try await world.store.job(in: .succeeded, of: user.id) }
        let kept = try await world.store.job(in: .dead, of: other.id)
        try await world.archiveAll()
        for state in [.queued, .scheduled, .retrying, .dead, .cancelled] as [JobState] {
            _ = try await world.store.job(in: state, of: user.id)
        }
        let running = try await world.store.claim(try await world.store.submit(user.id))
        try await keepDeadRecords(of: [user.id, other.id])

        let erasure = try await erase(user.id, by: caller)
        #expect(erasure.phase == .jobs && erasure.percent == 0)
        #expect(try await world.memory.find(user.id) == nil)

        guard case .waiting(let waiting) = try await workOff() else {
            Issue.record("did not wait for the running job")
            return
        }
        #expect(waiting.phase == .jobs && waiting.removedJobs == 5)
        #expect(try await world.store.job(running.job.id).cancelRequestedAt != nil)
        try await world.store.finish(.succeeding(running.lease))

        guard case .waiting(let verifying) = try await workOff() else {
            Issue.record("did not wait for what was on its way")
            return
        }
        #expect(verifying.phase == .verifying)
        // What an archiver had read before comes late.
        try await world.archive.put([JobArchiveContract.finished(77, owner: user.id)])
        world.clock.advance(by: .seconds(10))
        #expect(try await workOff() == .idle)

        let done = try await find(erasure.id, by: world.caller(.admin))
        #expect(done.phase == .done && done.percent == 100 && done.finishedAt == world.clock.now())
        #expect(done.removedJobs == 6 && done.removedArchivedJobs == 4 && done.removedDeadRecords == 1)
        let left = try await world.memory.list(JobFilter(), page: PageRequest()).items.map(\.ownerID)
        #expect(!left.contains(user.id))
        #expect(world.archive.jobs.map(\.job) == [kept])
        let letters = try await world.memory.list(owner: nil, page: PageRequest()).items
        #expect(letters.count == 1)
    }

    @Test func `a job erased between copy and removal leaves the archive too`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        _ = try await world.store.job(in: .succeeded, of: user.id)
        let copy = ArchiveFinishedJobs(
            jobs: world.memory, archive: world.archive, hotTimes: HotTimes(dead: .zero, others: .zero))
        let step = try await copy(.others, after: nil, limit: 10)
        _ = try await erase(user.id, by: caller)
        _ = try await world.memory.removeJobs(of: user.id, limit: 10)
        try await RemoveArchivedJobs(jobs: world.memory, archive: world.archive)(step.versions)
        #expect(world.archive.jobs.isEmpty)
    }

    @Test func `what comes after an erasure is done is removed too, for some days`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        _ = try await erase(user.id, by: caller)
        world.clock.advance(by: .seconds(20))
        for _ in 0..<20 {
            _ = try await goOn()()
            world.clock.advance(by: .seconds(1))
        }
        try await world.archive.put([JobArchiveContract.finished(77, owner: user.id)])
        try await keepDeadRecords(of: [user.id])
        let latecomers = EraseLatecomers(erasures: world.memory, archive: world.archive, age: .seconds(86_400))
        #expect(try await latecomers() == 2)
        #expect(world.archive.jobs.isEmpty)
        #expect(try await latecomers() == 0)
        world.clock.advance(by: .seconds(2 * 86_400))
        try await world.archive.put([JobArchiveContract.finished(78, owner: user.id)])
        #expect(try await latecomers() == 0)
    }

    @Test func `one that waits holds up no other`() async throws {
        let admin = world.caller(.admin)
        let (busy, _) = try await world.user("ada@example.org")
        let (idle, _) = try await world.user("bob@example.org")
        _ = try await world.store.claim(try await world.store.submit(busy.id))
        _ = try await erase(busy.id, by: admin)
        world.clock.advance(by: .seconds(1))
        let other = try await erase(idle.id, by: admin)
        for _ in 0..<60 {
            _ = try await goOn()()
            world.clock.advance(by: .seconds(1))
        }
        #expect(try await find(other.id, by: admin).phase == .done)
    }

    @Test func `asking again answers the erasure that is under way`() async throws {
        let (user, _) = try await world.user()
        let admin = world.caller(.admin)
        let first = try await erase(user.id, by: admin)
        #expect(try await erase(user.id, by: admin) == first)
    }

    @Test func `erasing needs the right and a user, looking needs an admin`() async throws {
        let (user, _) = try await world.user()
        await #expect(throws: DomainError.forbidden(.usersWrite)) {
            try await erase(user.id, by: world.caller(.usersRead))
        }
        await #expect(throws: DomainError.notFound(.user)) {
            try await erase(user.id, by: world.caller(.usersWrite))
        }
        await #expect(throws: DomainError.notFound(.user)) {
            try await erase(world.ids.next(), by: world.caller(.admin))
        }
        await #expect(throws: DomainError.forbidden(.admin)) {
            try await find(world.ids.next(), by: world.caller(.usersRead))
        }
        await #expect(throws: DomainError.notFound(.operation)) {
            try await find(world.ids.next(), by: world.caller(.admin))
        }
    }

    private func keepDeadRecords(of owners: [UserID]) async throws {
        let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)
        let position = try #require(try await world.memory.open([source]).first)
        let dead = owners.enumerated().map { index, owner in
            IngestBatch.DeadEntry(
                record: .sample(source, offset: Int64(index)), reason: DeadReason(.empty, "Empty."), ownerID: owner)
        }
        _ = try await world.memory.ingest(
            IngestBatch(position: position, nextOffset: 2, entries: [], dead: dead))
    }
}
