import MillraceDomain
import Testing

/// What holds of every `JobTransactions`.
public enum JobTransactionsContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = committing + undoing + upserting

    private static let committing: [Clause<StoreUnderTest>] = [
        Clause("what was written and the success are there together, with result and attempt") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let transaction = store.transactions.begin()
            let counts = try await transaction.upsert([(store.ids.next(), .sample("new@example.org"))])
            #expect(counts == UpsertCounts(created: 1))
            #expect(try await store.users.find(email: EmailAddress("new@example.org")) == nil)
            let success = JobCompletion.success(of: claimed, result: .oddlySpelt)
            #expect(try await transaction.commit(success, of: claimed) == .recorded(.succeeded))
            #expect(try await store.users.find(email: EmailAddress("new@example.org")) != nil)
            let job = try await store.job(claimed.job.id)
            #expect(job.state == .succeeded && job.result == .oddlySpelt)
            #expect(try await store.jobs.attempts(of: job.id).map(\.outcome) == [.succeeded])
        },
        Clause("a success that is recorded wins over a cancel that was asked for meanwhile") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let transaction = store.transactions.begin()
            _ = try await transaction.upsert([(store.ids.next(), .sample("new@example.org"))])
            _ = try await store.jobs.cancel(claimed.job.id, owner: nil)
            let success = JobCompletion.success(of: claimed, result: nil)
            #expect(try await transaction.commit(success, of: claimed) == .recorded(.succeeded))
        },
        Clause("a transaction in which nothing was done has nothing to commit") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let transaction = store.transactions.begin()
            #expect(try await transaction.upsert([]) == UpsertCounts())
            #expect(try await transaction.commit(.success(of: claimed, result: nil), of: claimed) == nil)
            #expect(try await store.job(claimed.job.id).state == .running)
        },
    ]

    private static let undoing: [Clause<StoreUnderTest>] = [
        Clause("under a lease that is not held any more all is undone and nothing recorded") { store in
            let job = try await store.submit(try await store.makeUser().id)
            let stale = try await store.claim(job, lasting: .seconds(1))
            let transaction = store.transactions.begin()
            _ = try await transaction.upsert([(store.ids.next(), .sample("new@example.org"))])
            store.clock.advance(by: .seconds(2))
            #expect(try await store.sweep().recovered == 1)
            let current = try await store.claim(job)
            #expect(try await transaction.commit(.success(of: stale, result: nil), of: stale) == .stale)
            #expect(try await store.users.find(email: EmailAddress("new@example.org")) == nil)
            #expect(try await store.job(job.id) == current.job)
            #expect(try await store.jobs.attempts(of: job.id).map(\.outcome) == [.lost])
        },
        Clause("what is rolled back or closed leaves nothing, and is of no more use") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            for isClosed in [false, true] {
                let transaction = store.transactions.begin()
                _ = try await transaction.upsert([(store.ids.next(), .sample("new@example.org"))])
                if isClosed { transaction.close() } else { await transaction.rollBack() }
                await #expect(throws: DomainError.unavailable) {
                    try await transaction.upsert([(store.ids.next(), .sample("late@example.org"))])
                }
                await #expect(throws: DomainError.unavailable) {
                    try await transaction.commit(.success(of: claimed, result: nil), of: claimed)
                }
                await transaction.rollBack()
            }
            #expect(try await store.users.find(email: EmailAddress("new@example.org")) == nil)
            #expect(try await store.job(claimed.job.id).state == .running)
        },
    ]

    /// Upserts and commits under a job of its own.
    private static func upsert(
        _ users: [(id: UserID, profile: UserProfile)], in store: StoreUnderTest, _ owner: UserID
    ) async throws -> UpsertCounts {
        let claimed = try await store.claim(try await store.submit(owner))
        let transaction = store.transactions.begin()
        let counts = try await transaction.upsert(users)
        let outcome = try await transaction.commit(.success(of: claimed, result: nil), of: claimed)
        #expect(outcome == .recorded(.succeeded))
        return counts
    }

    private static let upserting: [Clause<StoreUnderTest>] = [
        Clause("an upsert creates the new, renames the changed, leaves the rest and counts them") { store in
            let same = try await store.makeUser("same@example.org", name: "Same")
            let other = try await store.makeUser("other@example.org", name: "Before")
            store.clock.advance(by: .seconds(1))
            let newID: UserID = store.ids.next()
            let users = [
                (id: store.ids.next(as: User.self), profile: UserProfile.sample("SAME@example.org", name: "Same")),
                (id: store.ids.next(as: User.self), profile: .sample("Other@example.org", name: "After")),
                (id: newID, profile: .sample("new@example.org", name: "New")),
            ]
            let counts = try await upsert(users, in: store, same.id)
            #expect(counts == UpsertCounts(created: 1, updated: 1, unchanged: 1))
            #expect(try await store.users.find(same.id) == same)
            let renamed = try #require(try await store.users.find(other.id))
            #expect(renamed.name.text == "After")
            #expect(renamed.updatedAt > other.updatedAt)
            #expect(try await store.users.find(email: EmailAddress("new@example.org"))?.id == newID)
        },
        Clause("an upsert takes any number and changes nothing when it is repeated") { store in
            let owner = try await store.makeUser().id
            let users = (0..<1200).map { number in
                (id: store.ids.next(as: User.self), profile: UserProfile.sample("u\(number)@example.org"))
            }
            #expect(try await upsert(users, in: store, owner) == UpsertCounts(created: 1200))
            #expect(try await upsert(users, in: store, owner) == UpsertCounts(unchanged: 1200))
        },
    ]
}
