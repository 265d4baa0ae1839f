import MillraceDomain
import TestKit

@testable import MillracePostgres

/// A job of a scratch database that has been claimed and runs.
struct TestRun: Sendable {
    let database: TestDatabase
    let store: StoreUnderTest
    let claimed: ClaimedJob

    var transactions: any JobTransactions { store.transactions }
    var ids: SequentialIDs { store.ids }
    var success: JobCompletion { .success(of: claimed, result: nil) }

    /// The job's state as anybody sees it.
    func state() async throws -> JobState { try await store.job(claimed.job.id).state }

    /// Whether anybody sees a user with this address.
    func hasUser(_ email: String) async throws -> Bool {
        try await store.users.find(email: EmailAddress(stored: email)) != nil
    }
}

extension TestDatabase {
    /// Runs a test body with a running job.
    static func withRun(
        pool: PoolSettings = .patient(min: 1, max: 4), _ body: (TestRun) async throws -> Void
    ) async throws {
        try await with(pool: pool) { database async throws in
            let store = StoreUnderTest.postgres(database.client)
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            try await body(TestRun(database: database, store: store, claimed: claimed))
        }
    }
}
