import MillraceDomain
import Testing

/// What holds of every `ErasureRepository`.
public enum ErasureRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = beginning + removing + saving

    /// The erasure that is next, without its age.
    static func unfinished(_ store: StoreUnderTest) async throws -> Erasure? {
        try await store.erasures.unfinished()?.erasure
    }

    private static let beginning: [Clause<StoreUnderTest>] = [
        Clause("to begin removes the user and its tokens at once, whatever jobs it has, and nobody else's") { store in
            let user = try await store.makeUser()
            let other = try await store.makeUser("other@example.org")
            let digests = [user, other].map {
                TokenDigest(bytes: Array(repeating: UInt8($0 == user ? 7 : 8), count: 32))
            }
            for (owner, digest) in zip([user, other], digests) {
                let request = try TokenRequest(name: UserName("laptop"), scopes: [.jobsRead], expiresAt: nil)
                _ = try await store.tokens.create(
                    id: store.ids.next(), userID: owner.id, request: request, digest: digest)
            }
            for state in JobState.allCases where state != .blocked && state != .expired {
                _ = try await store.job(in: state, of: user.id)
            }
            let id: ErasureID = store.ids.next()
            let now = store.clock.now()
            let erasure = try await store.erasures.begin(id, user: user.id)
            #expect(erasure == Erasure(id: id, userID: user.id, createdAt: now, updatedAt: now))
            #expect(try await store.erasures.find(id) == erasure)
            #expect(try await store.users.find(user.id) == nil)
            #expect(try await store.tokens.caller(for: digests[0]) == nil)
            #expect(try await store.tokens.caller(for: digests[1]) != nil)
            #expect(try await store.users.find(other.id) == other)
            _ = try await store.makeUser()
        },
        Clause("an unknown user is not erased, and an unknown erasure not found") { store in
            let id: ErasureID = store.ids.next()
            await #expect(throws: DomainError.notFound(.user)) {
                try await store.erasures.begin(id, user: store.ids.next())
            }
            let found = try await store.erasures.find(id)
            #expect(found == nil)
            #expect(try await unfinished(store) == nil)
        },
        Clause("to begin again, one after the other or at once, finds the first") { store in
            let user = try await store.makeUser()
            let begun = try await withThrowingTaskGroup(of: Erasure.self) { group in
                for _ in 0..<6 {
                    let id: ErasureID = store.ids.next()
                    group.addTask { try await store.erasures.begin(id, user: user.id) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(begun.count == 1)
            store.clock.advance(by: .seconds(1))
            let again = try await store.erasures.begin(store.ids.next(), user: user.id)
            #expect([again] == begun)
        },
        Clause("nothing is accepted for the user any more, on no way") { store in
            let owner = try await store.makeUser().id
            let dead = try await store.job(in: .dead, of: owner)
            _ = try await store.erasures.begin(store.ids.next(), user: owner)
            let refused = store.newJob(owner)
            #expect(try await store.jobs.submit([refused], isAtomic: false) == [.unknownOwner])
            let receipt = try await IngestRepositoryContract.ingest(
                store, at: try await IngestRepositoryContract.open(store),
                [IngestRepositoryContract.entry(0, refused, identity: store.ids.next())])
            #expect(receipt.dead.map(\.reason.code) == [.unknownOwner])
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: true)
            }
        },
        Clause("a job accepted at the moment its user is erased is removed with the others") { store in
            for round in 0..<10 {
                let user = try await store.makeUser("user\(round)@example.org").id
                let job = store.newJob(user)
                async let isAccepted = store.jobs.submit([job], isAtomic: false)
                _ = try await store.erasures.begin(store.ids.next(), user: user)
                if case .accepted? = try await isAccepted.first {
                    #expect(try await store.erasures.removeJobs(of: user, limit: 10) == (1, 0))
                } else {
                    #expect(try await store.erasures.removeJobs(of: user, limit: 10) == (0, 0))
                }
                #expect(try await store.jobs.find(job.id, owner: nil) == nil)
            }
        },
    ]
}
