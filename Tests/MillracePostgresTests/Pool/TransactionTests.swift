import Testing

@testable import MillracePostgres

@Suite struct TransactionTests {
    struct Refused: Error {}

    @Test func `what the body returns is committed`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            let value = try await database.client.transaction { transaction in
                try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                return "done"
            }
            #expect(value == "done")
            #expect(try await database.client.first(TestStatements.count) == 1)
        }
    }

    @Test func `what a throwing body wrote is rolled back when the error arrives`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            await #expect(throws: Refused.self) {
                try await database.client.transaction { transaction in
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                    throw Refused()
                }
            }
            #expect(try await database.client.first(TestStatements.count) == 0)
            // The lock on the unique value is gone, too.
            try await database.client.execute(TestStatements.insert) { $0.append(Int64(1)) }
        }
    }

    @Test func `a cancelled transaction is rolled back though its statement still runs`() async throws {
        try await TestDatabase.with(pool: .patient(min: 1, max: 1)) { database async throws in
            try await database.makeNumbers()
            let client = database.client
            let task = Task {
                try await client.transaction { transaction in
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                    try await transaction.execute(TestStatements.sleep) { $0.append(30.0) }
                }
            }
            try await eventually("the transaction is under way") {
                let snapshot = await client.snapshot()
                return snapshot.leased == 1 && snapshot.inFlight > 0
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await client.first(TestStatements.count) == 0)
        }
    }

    @Test func `a body that swallowed an error cannot commit`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.transaction { transaction in
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                    _ = try? await transaction.execute(TestStatements.insert) { $0.append(Int64(13)) }
                }
            }
            #expect(error?.sqlState == "25P02")
            #expect(try await database.client.first(TestStatements.count) == 0)
        }
    }

    @Test func `a lost connection rolls back and says that nothing happened`() async throws {
        try await TestDatabase.with { database async throws in
            try await database.makeNumbers()
            let error = await #expect(throws: PostgresError.self) {
                try await database.client.transaction { transaction in
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(1)) }
                    _ = try? await transaction.execute(TestStatements.terminateSelf)
                    try await transaction.execute(TestStatements.insert) { $0.append(Int64(2)) }
                }
            }
            #expect(error?.kind == .connection)
            #expect(try await database.client.first(TestStatements.count) == 0)
        }
    }
}
