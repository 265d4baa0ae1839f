import MillraceDomain
import Testing

/// What holds of every `TokenRepository`.
public enum TokenRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = finding + ending

    private static let finding: [Clause<StoreUnderTest>] = [
        Clause("a created token is listed with every field, and its bearer is the user with its scopes") { store in
            let user = try await store.makeUser()
            let id: TokenID = store.ids.next()
            let request = try TokenRequest(
                name: UserName("läptop 😀"), scopes: Set(Scope.allCases),
                expiresAt: store.clock.now() + .seconds(60))
            let token = try await store.tokens.create(
                id: id, userID: user.id, request: request, digest: digest(1))
            #expect(
                token
                    == APIToken(
                        id: id, userID: user.id, name: request.name, scopes: request.scopes,
                        createdAt: store.clock.now(), expiresAt: request.expiresAt))
            #expect(try await store.tokens.list(userID: user.id) == [token])
            let caller = try await store.tokens.caller(for: digest(1))
            #expect(caller == Caller(userID: user.id, scopes: request.scopes, tokenID: id))
        },
        Clause("an unknown digest has no bearer") { store in
            let user = try await store.makeUser()
            _ = try await create(store, user.id, digest(1))
            #expect(try await store.tokens.caller(for: digest(2)) == nil)
        },
        Clause("an unknown user gets no token") { store in
            await #expect(throws: DomainError.notFound(.user)) {
                try await create(store, store.ids.next(), digest(1))
            }
            let bearer = try await store.tokens.caller(for: digest(1))
            #expect(bearer == nil)
        },
        Clause("the same digest again is the same token") { store in
            let user = try await store.makeUser()
            let token = try await create(store, user.id, digest(1))
            store.clock.advance(by: .seconds(1))
            #expect(try await create(store, user.id, digest(1)) == token)
            #expect(try await store.tokens.list(userID: user.id) == [token])
        },
        Clause("a list holds the tokens of one user, newest first") { store in
            let user = try await store.makeUser()
            let other = try await store.makeUser("other@example.org")
            var tokens: [APIToken] = []
            for number in 0..<4 {
                store.clock.advance(by: .seconds(1))
                tokens.append(try await create(store, user.id, digest(UInt8(number))))
            }
            _ = try await create(store, other.id, digest(99))
            #expect(try await store.tokens.list(userID: user.id) == tokens.reversed())
            #expect(try await store.tokens.list(userID: store.ids.next()) == [])
        },
    ]

    private static let ending: [Clause<StoreUnderTest>] = [
        Clause("a token is refused from the moment it expires, and still listed") { store in
            let user = try await store.makeUser()
            let expiresAt = store.clock.now() + .seconds(60)
            let token = try await create(store, user.id, digest(1), expiresAt: expiresAt)
            store.clock.set(expiresAt - .microseconds(1))
            #expect(try await store.tokens.caller(for: digest(1)) != nil)
            store.clock.set(expiresAt)
            #expect(try await store.tokens.caller(for: digest(1)) == nil)
            #expect(try await store.tokens.list(userID: user.id) == [token])
        },
        Clause("a revoked token is refused from the next lookup on") { store in
            let user = try await store.makeUser()
            let token = try await create(store, user.id, digest(1))
            let kept = try await create(store, user.id, digest(2))
            try await store.tokens.revoke(token.id, userID: user.id)
            #expect(try await store.tokens.caller(for: digest(1)) == nil)
            #expect(try await store.tokens.caller(for: digest(2)) != nil)
            #expect(try await store.tokens.list(userID: user.id) == [kept])
        },
        Clause("an unknown token, a revoked one and another user's are not revoked") { store in
            let user = try await store.makeUser()
            let other = try await store.makeUser("other@example.org")
            let token = try await create(store, user.id, digest(1))
            let revoked = try await create(store, user.id, digest(2))
            try await store.tokens.revoke(revoked.id, userID: user.id)
            for (id, owner) in [(store.ids.next(), user.id), (revoked.id, user.id), (token.id, other.id)] {
                await #expect(throws: DomainError.notFound(.token)) {
                    try await store.tokens.revoke(id, userID: owner)
                }
            }
            #expect(try await store.tokens.caller(for: digest(1)) != nil)
        },
    ]

    private static func digest(_ byte: UInt8) -> TokenDigest {
        TokenDigest(bytes: Array(repeating: byte, count: 32))
    }

    private static func create(
        _ store: StoreUnderTest, _ userID: UserID, _ digest: TokenDigest, expiresAt: Timestamp? = nil
    ) async throws -> APIToken {
        let request = try TokenRequest(name: UserName("token"), scopes: [.jobsRead], expiresAt: expiresAt)
        return try await store.tokens.create(
            id: store.ids.next(), userID: userID, request: request, digest: digest)
    }
}
