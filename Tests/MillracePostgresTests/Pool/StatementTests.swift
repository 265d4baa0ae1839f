import MillraceDomain
import Testing

@testable import MillracePostgres

@Suite struct StatementTests {
    @Test func `an error tells SQLSTATE, constraint and table`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            }
            #expect(error?.kind == .server)
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "numbers_n_key")
            #expect(error?.table == "numbers")
            #expect(error?.severity == "ERROR")
            #expect(error?.classification == .data)
        }
    }

    @Test func `a statement that cannot be prepared says why and harms nobody`() async throws {
        try await TestDatabase.with { database async throws in
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.client.execute(TestStatements.broken)
                }
                #expect(error?.sqlState == "42703")
                #expect(error?.classification == .defect)
            }
            #expect(try await database.client.first(TestStatements.one) == 1)
        }
    }

    @Test func `errors of some of many concurrent callers reach those callers only`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 2)) { database async throws in
            let client = database.client
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<2_000 {
                    group.addTask {
                        let divisor = Int64(number % 10)
                        do {
                            let quotient = try await client.first(TestStatements.divide) { $0.append(divisor) }
                            return divisor == 0 || quotient != 100 / divisor
                        } catch let error as PostgresError {
                            return divisor != 0 || error.sqlState != "22012"
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(wrong == 0)
        }
    }

    @Test func `writes that fail do not undo their neighbours`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            try await database.makeNumbers()
            let client = database.client
            await withTaskGroup { group in
                for number in 0..<100 {
                    group.addTask {
                        _ = try? await client.execute(TestStatements.insert) { $0.append(Int64(number / 2)) }
                    }
                }
            }
            #expect(try await client.first(TestStatements.count) == 49)  // 0…49 without 13, which a check forbids.
        }
    }

    @Test func `a cancelled caller returns at once and its connection goes on`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            let client = database.client
            let sleeper = Task { try await client.execute(TestStatements.sleep) { $0.append(4.0) } }
            try await eventually("the statement is under way") { await client.snapshot().inFlight == 1 }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            #expect(try await client.first(TestStatements.one) == 1)
        }
    }

    @Test func `a caller cancelled before it began sends nothing`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            let client = database.client
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await client.first(TestStatements.count) == 0)
        }
    }

    @Test func `a session that forgot its prepared statements is told them anew`() async throws {
        let forget = Statement<Never>(name: "test_forget", sql: "DEALLOCATE ALL")
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database in
            try await database.makeNumbers()
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            try await database.client.execute(forget)
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(2)) }
            #expect(try await database.client.first(TestStatements.count) == 2)
        }
    }

    @Test func `a session on which another has prepared the statement is replaced, and nobody notices`() async throws {
        let other = Statement<Never>(name: "test_other", sql: "PREPARE test_insert (int8) AS SELECT 7")
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database in
            try await database.makeNumbers()
            let before = try await database.client.first(TestStatements.backend)
            try await database.client.execute(other)
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            #expect(try await database.client.first(TestStatements.count) == 1)
            #expect(try await database.client.first(TestStatements.backend) != before)
        }
    }

    @Test func `a transaction on a session that turned read-only is refused, and the session is replaced`()
        async throws
    {
        let demote = Statement<String>(
            name: "test_demote", sql: "SELECT set_config('default_transaction_read_only', 'on', false)"
        ) { try $0.value() }
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database in
            try await database.makeNumbers()
            _ = try await database.client.first(demote)
            let insert: @Sendable (PostgresTransaction) async throws -> Void = { transaction in
                try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
            }
            let error = await #expect(throws: PostgresError.self) { try await database.client.transaction(insert) }
            #expect(error?.classification == .connection)
            try await database.client.transaction(insert)
            #expect(try await database.client.first(TestStatements.count) == 1)
        }
    }

    @Test func `a session that turned read-only, as after a failover, is replaced`() async throws {
        let demote = Statement<String>(
            name: "test_demote", sql: "SELECT set_config('default_transaction_read_only', 'on', false)"
        ) { try $0.value() }
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database in
            try await database.makeNumbers()
            _ = try await database.client.first(demote)
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
            }
            #expect(error?.sqlState == "25006")
            #expect(error?.classification == .connection)
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
        }
    }

    @Test func `too many waiting callers are refused at once`() async throws {
        let pool = PoolSettings(min: 0, max: 1, acquireTimeout: .seconds(30), maxWaiting: 1)
        try await TestDatabase.with(pool: pool) { database in
            let client = database.client
            try await client.transaction { _ in
                let waiter = Task { try await client.first(TestStatements.one) }
                try await eventually("one waits") { await client.snapshot().waiting == 1 }
                let error = await #expect(throws: PostgresError.self) { try await client.first(TestStatements.one) }
                #expect(error?.kind == .poolExhausted)
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
        }
    }
}
