import Testing

@testable import MillracePostgres

@Suite struct DeadlineTests {
    @Test func `past its deadline a statement's connection is closed and replaced`() async throws {
        let pool = PoolSettings.patient(min: 1, max: 1)
        try await TestDatabase.with(pool: pool, statementTimeout: .milliseconds(300)) { database async throws in
            let client = database.client
            let before = try await client.first(TestStatements.backend)
            let began = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) {
                try await client.execute(TestStatements.sleep) { $0.append(30.0) }
            }
            #expect(error?.kind == .deadline)
            #expect(ContinuousClock.now - began < .seconds(5))
            let after = try await client.first(TestStatements.backend)
            #expect(after != nil && after != before)
        }
    }

    @Test func `a killed backend is replaced and the next read does not notice`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            let client = database.client
            let before = try #require(try await client.first(TestStatements.backend))
            try await database.sql("SELECT pg_terminate_backend(\(before))")
            let after = try await client.first(TestStatements.backend)
            #expect(after != nil && after != before)
        }
    }

    @Test func `a write whose connection is lost is ambiguous`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.execute(TestStatements.terminateSelf)
            }
            #expect(error?.kind == .ambiguous)
            #expect(try await database.client.first(TestStatements.one) == 1)
        }
    }

    @Test func `an unreachable server is told as such within the acquire timeout`() async throws {
        let settings = PostgresSettings(
            url: "postgres://nobody@127.0.0.1:9/none", pool: PoolSettings(acquireTimeout: .milliseconds(300)))
        let client = try PostgresClient(settings: settings, logger: TestServer.logger)
        let error = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
        #expect(error?.classification == .connection)
        await #expect(throws: PostgresError.self) { try await client.ping() }
        await client.close()
    }

    @Test func `a name without an address is told as such`() async throws {
        let settings = PostgresSettings(
            url: "postgres://nobody@no-such-host.invalid/none", pool: PoolSettings(acquireTimeout: .milliseconds(500)))
        let client = try PostgresClient(settings: settings, logger: TestServer.logger)
        let error = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
        #expect(error?.classification == .connection || error?.classification == .poolExhausted)
        await client.close()
    }

    @Test func `a connection string that libpq cannot read is refused without being quoted`() throws {
        let error = #expect(throws: PostgresError.self) {
            try PostgresClient(
                settings: PostgresSettings(url: "postgres://u:secret@h/d?secret=1"), logger: TestServer.logger)
        }
        #expect(error?.kind == .configuration)
        #expect(error?.message.contains("secret") == false)
    }
}
