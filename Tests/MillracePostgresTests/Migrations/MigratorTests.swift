import Testing

@testable import MillracePostgres

@Suite struct MigratorTests {
    static let first = Migration(name: "0001_a.sql", sql: "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (2);")
    static let second = Migration(name: "0002_b.sql", sql: "CREATE TABLE b (x int);")

    /// An empty database, which no migration has touched.
    static func withEmpty(_ body: (PostgresSettings) async throws -> Void) async throws {
        let name = TestDatabase.uniqueName("m")
        try await TestServer.run("CREATE DATABASE \(name)")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(PostgresSettings(url: TestServer.url(database: name))))
        } catch {
            outcome = .failure(error)
        }
        try await TestServer.run("DROP DATABASE \(name) WITH (FORCE)")
        try outcome.get()
    }

    @Test func `pending migrations are applied in order, once`() async throws {
        try await Self.withEmpty { settings async throws in
            let migrator = Migrator(settings: settings, migrations: [Self.second, Self.first])
            #expect(try await migrator.dryRun() == ["0001_a", "0002_b"])
            #expect(try await migrator.status().allSatisfy { $0.state == .pending })
            #expect(try await migrator.migrate() == ["0001_a", "0002_b"])
            #expect(try await migrator.migrate() == [])
            #expect(try await migrator.status().allSatisfy { $0.state != .pending })
            #expect(try await TestServer.run("SELECT sum(x) FROM a", settings: settings) == [["3"]])
        }
    }

    @Test func `a failing migration is rolled back whole and named`() async throws {
        try await Self.withEmpty { settings async throws in
            let bad = Migration(name: "0002_bad.sql", sql: "CREATE TABLE c (x int); SELECT 1 / 0;")
            let migrator = Migrator(settings: settings, migrations: [Self.first, bad])
            let error = await #expect(throws: MigrationError.self) { try await migrator.migrate() }
            guard case .failed(let name, let cause) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(name == "0002_bad" && cause.sqlState == "22012")
            #expect(try await TestServer.run("SELECT to_regclass('c')::text", settings: settings) == [[nil]])
            let good = Migrator(settings: settings, migrations: [Self.first, Self.second])
            #expect(try await good.migrate() == ["0002_b"])
        }
    }

    @Test func `a changed, missing or misplaced migration is refused`() async throws {
        try await Self.withEmpty { settings async throws in
            _ = try await Migrator(settings: settings, migrations: [Self.first, Self.second]).migrate()
            func error(_ migrations: [Migration]) async -> MigrationError? {
                await #expect(throws: MigrationError.self) {
                    try await Migrator(settings: settings, migrations: migrations).migrate()
                }
            }
            let changed = Migration(name: "0001_a.sql", sql: "SELECT 1")
            #expect(await error([changed, Self.second]) == .changed(name: "0001_a"))
            #expect(await error([Self.first]) == .unknown(name: "0002_b"))
            let between = Migration(name: "0001_z.sql", sql: "SELECT 1")
            #expect(await error([Self.first, between, Self.second]) == .gap(name: "0001_z", before: "0002_b"))
            #expect(await error([Self.first, Self.first, Self.second]) == .duplicate(name: "0001_a"))
        }
    }

    @Test func `migrators at the same time apply everything once`() async throws {
        try await Self.withEmpty { settings async throws in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await Migrator(settings: settings, migrations: [Self.first, Self.second]).migrate()
                    }
                }
                return try await group.reduce([], +)
            }
            #expect(applied.sorted() == ["0001_a", "0002_b"])
        }
    }
}
