import Synchronization
import Testing

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server that keeps its sockets open and answers nothing: what a statement timeout of the server never ends.
@Suite struct FrozenServerTests {
    @Test func `a frozen server holds nobody past the deadlines, and is used again when it thaws`() async throws {
        try await PrivateServer.with { server async throws in
            let client = try PostgresClient(settings: server.settings, logger: TestServer.logger)
            let backend = try #require(try await client.first(TestStatements.backend))
            try server.signal(SIGSTOP)
            try server.signal(SIGSTOP, backend: backend)
            let began = ContinuousClock.now
            let late = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
            #expect(late?.kind == .deadline)
            // Its connection was closed; a new one is not to be had.
            let refused = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
            #expect(refused?.classification == .connection || refused?.classification == .poolExhausted)
            await #expect(throws: PostgresError.self) { try await client.ping() }
            #expect(ContinuousClock.now - began < .seconds(10))
            try server.signal(SIGCONT, backend: backend)
            try server.signal(SIGCONT)
            try await eventually("the server answers again") {
                (try? await client.first(TestStatements.one)) == 1
            }
            await client.close()
        }
    }

    @Test func `a write that the server answers and dies before it has committed is ambiguous, not done`() async throws
    {
        try await PrivateServer.with { server async throws in
            var patient = server.settings
            patient.statementTimeout = .seconds(20)
            let client = try PostgresClient(settings: patient, logger: TestServer.logger)
            let witness = try PostgresClient(settings: server.settings, logger: TestServer.logger)
            try await TestServer.run("CREATE TABLE numbers (n int8)", settings: server.settings)
            let backend = try #require(try await client.first(TestStatements.backend))
            // Soon every commit will wait for a standby that there is not.
            for text in ["ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()"] {
                try await TestServer.run(text, settings: server.settings)
            }
            let writing = Task {
                while true { try await client.execute(TestStatements.insert) { $0.append(Int64(1)) } }
            }
            try await eventually("a write waits for its commit") {
                try await witness.first(TestStatements.waitingForStandby) == 1
            }
            // Its last words hold the statement's answer, which had been kept for the commit's.
            try server.signal(SIGQUIT, backend: backend)
            let error = await #expect(throws: PostgresError.self) { try await writing.value }
            #expect(error?.kind == .ambiguous)
            await witness.close()
            await client.close()
        }
    }

    @Test func `a COMMIT whose answer never comes is ambiguous, not failed`() async throws {
        try await PrivateServer.with { server async throws in
            let client = try PostgresClient(settings: server.settings, logger: TestServer.logger)
            let frozen = Mutex<Int32?>(nil)
            try await TestServer.run("CREATE TABLE numbers (n int8)", settings: server.settings)
            let error = await #expect(throws: PostgresError.self) {
                try await client.transaction { transaction in
                    let backend = try #require(try await transaction.first(TestStatements.backend))
                    frozen.withLock { $0 = backend }
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                    try server.signal(SIGSTOP, backend: backend)
                }
            }
            #expect(error?.kind == .ambiguous)
            try server.signal(SIGCONT, backend: frozen.withLock { $0 })
            // And indeed: here it was committed.
            try await eventually("the row is there") { try await client.first(TestStatements.count) == 1 }
            await client.close()
        }
    }
}
