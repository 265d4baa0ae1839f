import ArgumentParser
import MillraceConfiguration

/// `millrace migrate`: bring a database to this release's schema.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the schema migrations of this release.",
        discussion: "The database is --database-url, else DATABASE_URL, else postgres.url of MILLRACE_CONFIG.")

    @Flag(help: "Show which migrations are applied; change nothing.")
    var status = false

    @Flag(help: "Show what would be applied; change nothing.")
    var dryRun = false

    @Option(help: "The database, postgres://user:password@host:port/name.")
    var databaseURL: String?

    func validate() throws {
        if status, dryRun { throw ValidationError("--status and --dry-run do not go together") }
    }

    func run() async throws {
        let flags = databaseURL.map { ["--postgres.url=\($0)"] } ?? []
        let database = try Settings.load(for: .cli, arguments: flags).postgres.adapterSettings
        if status {
            for line in try await SchemaMigrations.status(database) { Console.say(line) }
        } else if dryRun {
            let names = try await SchemaMigrations.pending(database)
            for name in names { Console.say("would apply \(name)") }
            if names.isEmpty { Console.say("nothing to apply") }
        } else {
            let names = try await SchemaMigrations.apply(database)
            for name in names { Console.say("applied \(name)") }
            if names.isEmpty { Console.say("nothing to apply") }
        }
    }
}
