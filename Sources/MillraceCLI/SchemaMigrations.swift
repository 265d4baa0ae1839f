import MillracePostgres

/// The migrations that this program carries, and how a database stands to them.
enum SchemaMigrations {
    /// All of them, in order.
    static var all: [Migration] {
        EmbeddedMigrations.files.map { Migration(name: $0.name, sql: $0.text) }
    }

    /// Applies what is pending.
    ///
    /// - Returns: the names of what was applied, in order.
    static func apply(_ database: PostgresSettings) async throws -> [String] {
        try await inWords { try await migrator(database).migrate() }
    }

    /// The names of what ``apply(_:)`` would apply. Changes nothing.
    static func pending(_ database: PostgresSettings) async throws -> [String] {
        try await inWords { try await migrator(database).dryRun() }
    }

    /// A line for each migration: its name, and when it was applied. Changes nothing.
    static func status(_ database: PostgresSettings) async throws -> [String] {
        try await inWords { try await migrator(database).status() }.map { entry in
            switch entry.state {
            case .applied(let time): "\(entry.name)  applied \(time)"
            case .pending: "\(entry.name)  pending"
            }
        }
    }

    private static func migrator(_ database: PostgresSettings) -> Migrator {
        var settings = database
        settings.applicationName = "millrace-migrate"
        return Migrator(settings: settings, migrations: all)
    }

    private static func inWords<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as MigrationError {
            throw CommandFailure("\(error)")
        } catch let error as PostgresError {
            // libpq explains itself in several lines.
            let words = error.message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            throw CommandFailure("the database cannot be used: \(words)")
        }
    }
}
