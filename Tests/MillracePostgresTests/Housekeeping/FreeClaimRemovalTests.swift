import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct FreeClaimRemovalTests {
    @Test func `keys that nobody holds any more are removed, held ones stay`() async throws {
        try await TestDatabase.with { database async throws in
            let clock = ManualClock()
            let client = database.client
            let ids = SequentialIDs(series: 4)
            let jobs = PostgresJobRepository(client: client, clock: clock)
            let owner = try await PostgresUserRepository(client: client, clock: clock)
                .create(id: ids.next(), profile: .sample()).id
            func newJob(_ unique: UniqueClaim, owner: UserID) -> NewJob {
                let submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25, unique: unique)
                return NewJob(id: ids.next(), ownerID: owner, submission: submission)
            }
            func submit(_ unique: UniqueClaim, owner: UserID) async throws -> JobID {
                let job = newJob(unique, owner: owner)
                _ = try await jobs.submit([job], isAtomic: false)
                return job.id
            }
            let over = (0..<1100).map { index in
                newJob(UniqueClaim(key: "over \(index)", scope: .window(.seconds(1))), owner: owner)
            }
            _ = try await jobs.submit(over, isAtomic: true)
            _ = try await submit(UniqueClaim(key: "open", scope: .window(.seconds(60))), owner: owner)
            _ = try await submit(UniqueClaim(key: "live"), owner: owner)
            for scope in [UniqueClaim.Scope.active, .forever] {
                let ended = try await submit(UniqueClaim(key: "ended \(scope.word)", scope: scope), owner: owner)
                _ = try await jobs.cancel(ended, owner: nil)
            }
            // Nobody became a job: the row was but a lock.
            _ = try await submit(UniqueClaim(key: "refused"), owner: ids.next())
            clock.advance(by: .seconds(10))
            let removal = FreeClaimRemoval(client: client, clock: clock)
            #expect(try await removal() == 1102)
            #expect(try await removal() == 0)
            let left = try await database.sql("SELECT key FROM unique_claims ORDER BY key")
            #expect(left == [["ended forever"], ["live"], ["open"]])
        }
    }
}
