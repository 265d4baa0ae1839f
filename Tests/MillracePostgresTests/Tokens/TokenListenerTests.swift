import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Two nodes over one server: what is taken back anywhere is refused everywhere within a second.
@Suite(.timeLimit(.minutes(2)))
struct TokenListenerTests {
    private static let promise = Duration.seconds(1)

    private static func digest(_ byte: UInt8) -> TokenDigest {
        TokenDigest(bytes: Array(repeating: byte, count: 32))
    }

    private static func token(
        _ store: StoreUnderTest, _ user: User, _ byte: UInt8, scopes: Set<Scope> = [.jobsRead]
    ) async throws -> APIToken {
        try await store.tokens.create(
            id: store.ids.next(), userID: user.id,
            request: TokenRequest(name: UserName("token"), scopes: scopes, expiresAt: nil), digest: digest(byte))
    }

    /// Every way in which a token ends.
    enum End: CaseIterable {
        case revokedOnAnotherNode, removedByHand, movedByHand, truncated, userDeleted, userErased

        func happen(to token: APIToken, _ database: TestDatabase, _ other: TokenNode) async throws {
            let store = StoreUnderTest.postgres(database.client)
            switch self {
            case .revokedOnAnotherNode: try await other.cache.revoke(token.id, userID: token.userID)
            case .removedByHand: try await database.sql("DELETE FROM api_tokens WHERE id = '\(token.id)'")
            case .movedByHand:
                try await database.sql("UPDATE api_tokens SET digest = sha256('other') WHERE id = '\(token.id)'")
            case .truncated: try await database.sql("TRUNCATE api_tokens")
            case .userDeleted: try await store.users.delete(token.userID)
            case .userErased: _ = try await store.erasures.begin(store.ids.next(), user: token.userID)
            }
        }
    }

    @Test(arguments: End.allCases)
    func `a token that ends anywhere is refused on every node within a second`(end: End) async throws {
        try await TestDatabase.with { database async throws in
            let store = StoreUnderTest.postgres(database.client)
            let user = try await store.makeUser()
            let token = try await Self.token(store, user, 1)
            try await TokenNode.with(database.settings) { one async throws in
                try await TokenNode.with(database.settings) { other async throws in
                    for node in [one, other] {
                        for _ in 0..<3 { #expect(try await node.cache.caller(for: Self.digest(1)) != nil) }
                        #expect(node.events.elements.last == .hit)
                    }
                    try await end.happen(to: token, database, other)
                    #expect(try await one.refusal(of: Self.digest(1)) < Self.promise)
                    #expect(try await other.refusal(of: Self.digest(1)) < Self.promise)
                }
            }
        }
    }

    @Test func `a token works everywhere once it is made, though it was refused before`() async throws {
        try await TestDatabase.with { database async throws in
            let store = StoreUnderTest.postgres(database.client)
            let user = try await store.makeUser()
            try await TokenNode.with(database.settings) { node async throws in
                for _ in 0..<2 { #expect(try await node.cache.caller(for: Self.digest(1)) == nil) }
                _ = try await Self.token(store, user, 1)
                try await node.news.wait { $0.contains(.changed(user.id)) }
                #expect(try await node.cache.caller(for: Self.digest(1))?.userID == user.id)
            }
        }
    }

    @Test func `an import of users tells nothing, and a statement about many tokens tells once`() async throws {
        try await TestDatabase.with { database async throws in
            let store = StoreUnderTest.postgres(database.client)
            try await TokenNode.with(database.settings) { node async throws in
                let before = node.news.elements.count
                let users = (0..<2500).map { number in
                    (id: UserID(store.ids.next()), profile: UserProfile.sample("u\(number)@example.org"))
                }
                for _ in 0..<2 { _ = try await UserUpsert(users).run(in: database.client, nil) }
                try await database.sql("DELETE FROM users WHERE id = '\(users[0].id)'")
                for number in 1...3 {
                    let user = try #require(try await store.users.find(users[number].id))
                    _ = try await Self.token(store, user, UInt8(number))
                }
                try await database.sql("DELETE FROM api_tokens")
                try await node.news.wait { $0.contains(.changed(nil)) }
                let heard = node.news.elements.dropFirst(before).filter { !$0.isProof }
                #expect(heard == (1...3).map { .changed(users[$0].id) } + [.changed(nil)])
            }
        }
    }

    @Test func `a listener whose connection is ended is bypassed, forgets, and listens again`() async throws {
        try await TestDatabase.with { database async throws in
            let store = StoreUnderTest.postgres(database.client)
            let user = try await store.makeUser()
            _ = try await Self.token(store, user, 1)
            try await TokenNode.with(database.settings) { node async throws in
                for _ in 0..<2 { _ = try await node.cache.caller(for: Self.digest(1)) }
                let before = node.news.elements.count
                // In one transaction, so that no notification can come on the old connection.
                try await database.sql(
                    """
                    BEGIN;
                    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                    WHERE application_name = 'millrace tokens' AND datname = current_database();
                    DELETE FROM api_tokens;
                    COMMIT
                    """)
                #expect(try await node.refusal(of: Self.digest(1)) < Self.promise)
                try await node.news.wait(within: .seconds(20)) { $0.dropFirst(before).contains(where: \.isProof) }
                #expect(node.news.elements.dropFirst(before).contains(.interrupted))
                try await node.waitUntilTrusted()
                for _ in 0..<2 { #expect(try await node.cache.caller(for: Self.digest(1)) == nil) }
                #expect(node.events.elements.last == .hit)
            }
        }
    }

    @Test func `a listener that is frozen is bypassed before a second has passed`() async throws {
        try await PrivateServer.with { server async throws in
            var settings = server.settings
            settings.pool = .patient(min: 1, max: 2)
            settings.statementTimeout = .seconds(10)
            settings.connectTimeout = .seconds(10)
            _ = try await Migrator(settings: settings, migrations: MigrationFolder.read()).migrate()
            let client = try PostgresClient(settings: settings, logger: TestServer.logger)
            let store = StoreUnderTest.postgres(client)
            let user = try await store.makeUser()
            let token = try await Self.token(store, user, 1)
            try await TokenNode.with(settings) { node async throws in
                for _ in 0..<2 { _ = try await node.cache.caller(for: Self.digest(1)) }
                let found = try await TestServer.run(
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'millrace tokens'", settings: settings)
                let backend = try #require(found.first?.first.flatMap { $0 }.flatMap { Int32($0) })
                try server.signal(SIGSTOP, backend: backend)
                try await store.tokens.revoke(token.id, userID: user.id)
                #expect(try await node.refusal(of: Self.digest(1)) < Self.promise)
                #expect(node.events.elements.last == .bypass)
                try server.signal(SIGCONT, backend: backend)
                try await node.waitUntilTrusted()
                #expect(try await node.cache.caller(for: Self.digest(1)) == nil)
            }
            await client.close()
        }
    }

    @Test(arguments: [
        "DROP TRIGGER api_tokens_tell_deleted ON api_tokens", "ALTER TABLE api_tokens DISABLE TRIGGER USER",
    ])
    func `without the triggers nothing is trusted`(sql: String) async throws {
        try await TestDatabase.with { database async throws in
            try await database.sql(sql)
            let node = TokenNode(PostgresTokenRepository(client: database.client))
            let listening = Task { try await node.listener(database.settings).run() }
            try await node.news.wait(within: .seconds(30)) { $0.count >= 2 }
            #expect(node.news.elements.allSatisfy { $0 == .interrupted })
            listening.cancel()
            try await listening.value
        }
    }
}
