import Synchronization

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The database that was migrated once, from which every test's own is copied. Dropped when the process ends.
actor TemplateDatabase {
    static let shared = TemplateDatabase()

    private var making: Task<String, any Error>?

    func name() async throws -> String {
        if let making { return try await making.value }
        let task = Task {
            let name = TestDatabase.uniqueName("template")
            try await Self.dropLeftovers()
            try await TestServer.run("CREATE DATABASE \(name)")
            let settings = try PostgresSettings(url: TestServer.url(database: name))
            _ = try await Migrator(settings: settings, migrations: MigrationFolder.read()).migrate()
            return name
        }
        making = task
        return try await task.value
    }

    /// Drops what processes that have ended left behind: their number is part of the name.
    private static func dropLeftovers() async throws {
        let names = try await TestServer.run(
            "SELECT datname FROM pg_database WHERE datname LIKE 'millrace\\_%\\_%\\_%'")
        for name in names.compactMap({ $0.first ?? nil }) {
            let parts = name.split(separator: "_")
            guard parts.count == 4, let process = Int32(parts[2]) else { continue }
            guard kill(process, 0) != 0, errno == ESRCH else { continue }
            try await TestServer.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        }
    }
}
