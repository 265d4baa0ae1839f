import ServiceLifecycle
import Testing

@testable import MillracePostgres

@Suite struct PoolTests {
    @Test func `transactions beyond the limit wait, then give up`() async throws {
        try await TestDatabase.with(pool: .patient(min: 2, max: 2)) { database async throws in
            let client = database.client
            // Both connections are open before patience runs short: opening one is not what is measured.
            try await eventually("both are open") { await client.snapshot().ready == 2 }
            client.resize(PoolSettings(min: 2, max: 2, acquireTimeout: .milliseconds(300)))
            try await client.transaction { _ async throws in
                let error = await #expect(throws: PostgresError.self) { try await client.transaction { _ in } }
                #expect(error?.kind == .poolExhausted)
                // One connection stays with the single statements.
                #expect(try await client.first(TestStatements.one) == 1)
            }
            #expect(await client.snapshot().leased == 0)
        }
    }

    @Test func `a waiting transaction gets the connection that becomes free`() async throws {
        try await TestDatabase.with(pool: .patient(min: 0, max: 1)) { database async throws in
            let client = database.client
            let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await client.transaction { transaction in
                            try await transaction.first(TestStatements.echo) { $0.append(Int64(number)) } ?? -1_000
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 190)
            #expect(await client.snapshot().ready == 1)
        }
    }

    @Test func `idle connections beyond the minimum are closed`() async throws {
        let pool = PoolSettings(min: 1, max: 4, idleTimeout: .milliseconds(50))
        try await TestDatabase.with(pool: pool) { database async throws in
            let client = database.client
            try await client.transaction { _ async throws in
                try await client.transaction { _ in _ = try await client.first(TestStatements.one) }
            }
            try await eventually("the pool shrinks") { await client.snapshot().ready == 1 }
        }
    }

    @Test func `a connection past its lifetime is replaced`() async throws {
        let pool = PoolSettings(min: 1, max: 1, acquireTimeout: .seconds(30), maxLifetime: .milliseconds(100))
        try await TestDatabase.with(pool: pool) { database async throws in
            let client = database.client
            let before = try await client.first(TestStatements.backend)
            try await eventually("another backend answers") { try await client.first(TestStatements.backend) != before }
        }
    }

    @Test func `resizing takes effect while running`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            let client = database.client
            client.resize(.patient(min: 3, max: 3))
            try await eventually("three connections are open") { await client.snapshot().ready == 3 }
            client.resize(.patient(min: 1, max: 1))
            try await eventually("one is left") { await client.snapshot().ready == 1 }
        }
    }

    @Test func `after closing everything is refused and nobody hangs`() async throws {
        try await TestDatabase.with { database async throws in
            let client = database.client
            let sleeper = Task { try await client.execute(TestStatements.sleep) { $0.append(30.0) } }
            try await eventually("the statement is under way") { await client.snapshot().inFlight == 1 }
            let began = ContinuousClock.now
            await client.close()
            #expect(ContinuousClock.now - began < .seconds(5))
            let lost = await #expect(throws: PostgresError.self) { try await sleeper.value }
            #expect(lost?.kind == .ambiguous)
            let error = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
            #expect(error?.kind == .closed)
        }
    }

    @Test func `the service ends soon after graceful shutdown`() async throws {
        try await TestDatabase.with { database async throws in
            let group = ServiceGroup(services: [database.client], logger: TestServer.logger)
            async let running: Void = group.run()
            _ = try await database.client.first(TestStatements.one)
            await group.triggerGracefulShutdown()
            try await running
            await #expect(throws: PostgresError.self) { try await database.client.first(TestStatements.one) }
        }
    }
}
