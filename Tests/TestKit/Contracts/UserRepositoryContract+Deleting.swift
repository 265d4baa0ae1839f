import MillraceDomain
import Testing

extension UserRepositoryContract {
    static let deleting: [Clause<StoreUnderTest>] = [
        Clause("a deleted user is gone, its tokens with it, and its address is free") { store in
            let user = try await store.makeUser()
            let digest = TokenDigest(bytes: Array(repeating: 7, count: 32))
            let request = try TokenRequest(name: UserName("laptop"), scopes: [.jobsRead], expiresAt: nil)
            _ = try await store.tokens.create(
                id: store.ids.next(), userID: user.id, request: request, digest: digest)
            try await store.users.delete(user.id)
            #expect(try await store.users.find(user.id) == nil)
            #expect(try await store.tokens.caller(for: digest) == nil)
            _ = try await store.makeUser()
        },
        Clause("an unknown user is not deleted") { store in
            await #expect(throws: DomainError.notFound(.user)) { try await store.users.delete(store.ids.next()) }
        },
        Clause("a user with a job in any live state is not deleted, and keeps its tokens") { store in
            for state in [JobState.scheduled, .queued, .running, .retrying] {
                let user = try await store.makeUser("\(state)@example.org")
                _ = try await store.job(in: state, of: user.id)
                await #expect(throws: DomainError.conflict(.hasLiveJobs), "\(state)") {
                    try await store.users.delete(user.id)
                }
                #expect(try await store.users.find(user.id) == user)
            }
        },
        Clause("a user whose jobs have all ended is deleted") { store in
            let user = try await store.makeUser()
            for state in JobState.allCases where state.isTerminal {
                _ = try await store.job(in: state, of: user.id)
            }
            try await store.users.delete(user.id)
            #expect(try await store.users.find(user.id) == nil)
        },
        Clause("a job accepted at the moment its user is deleted never outlives it") { store in
            for round in 0..<10 {
                let user = try await store.makeUser("user\(round)@example.org")
                async let isDeleted = succeeds { try await store.users.delete(user.id) }
                async let isAccepted = succeeds { _ = try await store.submit(user.id) }
                let (deleted, accepted) = await (isDeleted, isAccepted)
                #expect(deleted != accepted, "deleted: \(deleted), accepted: \(accepted)")
            }
        },
    ]
}

/// Whether `body` does not throw.
func succeeds(_ body: @Sendable () async throws -> Void) async -> Bool {
    do { try await body() } catch { return false }
    return true
}

/// How many of `count` calls at the same time do not throw.
func countSuccesses(of count: Int, _ body: @escaping @Sendable () async throws -> Void) async -> Int {
    await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<count { group.addTask { await succeeds(body) } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
}
