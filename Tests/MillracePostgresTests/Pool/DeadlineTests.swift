import Testing

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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

    @Test func `a first host that is frozen does not keep the second from being used`() async throws {
        // It accepts connections, as the system does for a stopped server, and never says a word.
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(silent, generic, length) == 0 && listen(silent, 8) == 0
                    && getsockname(silent, generic, &length) == 0
            }
        }
        try #require(isListening)
        try await TestDatabase.with { database async throws in
            var settings = database.settings
            let parameters = try ConnectionParameters(settings).values
            let (host, port) = (parameters["host"] ?? "", parameters["port"] ?? "5432")
            let password = parameters["password"].map { " password=\($0)" } ?? ""
            settings.url =
                "host=127.0.0.1,\(host) port=\(UInt16(bigEndian: address.sin_port)),\(port)"
                + " user=\(parameters["user"] ?? "") dbname=\(parameters["dbname"] ?? "")\(password)"
            settings.connectTimeout = .milliseconds(500)
            settings.pool = .patient(min: 0, max: 1)
            let client = try PostgresClient(settings: settings, logger: TestServer.logger)
            #expect(try await client.first(TestStatements.one) == 1)
            await client.close()
        }
    }

    @Test func `a statement whose client is gone is ended by the server, and its locks with it`() async throws {
        let pool = PoolSettings.patient(min: 1, max: 1)
        try await TestDatabase.with(pool: pool, statementTimeout: .seconds(60)) { database async throws in
            let client = database.client
            let sleeper = Task { try await client.execute(TestStatements.sleep) { $0.append(50.0) } }
            try await eventually("it sleeps") { await client.snapshot().inFlight == 1 }
            await client.close()
            _ = await sleeper.result
            let sleeping =
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
            try await eventually("its session ends") { try await database.sql(sleeping).isEmpty }
        }
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
