import Testing

@testable import MillracePostgres

@Suite struct StatementCatalogTests {
    @Test func `every statement can be prepared against the migrated schema`() async throws {
        try await TestDatabase.with { database async throws in
            for text in StatementCatalog.all {
                do {
                    // Preparing in the protocol, as in production: NULL for every parameter, then rolled back.
                    try await database.client.transaction { transaction in
                        guard !text.name.hasPrefix("transaction_"), text.sql.text.contains(" ") else { return }
                        try await Self.prepare(text, in: transaction)
                    }
                } catch let error as PostgresError where Self.isRefusedInPreparing(error) {
                    Issue.record("\(text.name): \(error.message)")
                } catch is PostgresError {
                    // Prepared; that it then fails without values and without rows is no matter.
                }
            }
        }
    }

    /// Syntax errors, unknown names, types that do not fit, and parameters that are not declared.
    private static func isRefusedInPreparing(_ error: PostgresError) -> Bool {
        error.sqlState?.hasPrefix("42") == true || error.sqlState == "08P01"
    }

    private static func prepare(_ text: StatementText, in transaction: PostgresTransaction) async throws {
        var parameters = Parameters()
        for _ in text.parameters { parameters.append(Int64?.none) }
        _ = try await transaction.run(text, parameters)
    }

    @Test func `names are unique`() {
        let names = StatementCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
