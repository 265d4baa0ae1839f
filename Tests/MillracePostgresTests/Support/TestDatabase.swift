import Logging
import Synchronization
import Testing

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A scratch database of one test, copied from a template that was migrated once, and dropped at the end.
struct TestDatabase: Sendable {
    let settings: PostgresSettings
    let client: PostgresClient

    /// Runs a test body with a client of a fresh database.
    static func with<Value: Sendable>(
        pool: PoolSettings = .patient(min: 1, max: 4), statementTimeout: Duration = .seconds(10),
        _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        await TestSlots.shared.take()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await inSlot(pool, statementTimeout, body))
        } catch {
            outcome = .failure(error)
        }
        await TestSlots.shared.giveBack()
        return try outcome.get()
    }

    private static func inSlot<Value: Sendable>(
        _ pool: PoolSettings, _ statementTimeout: Duration, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        let template = try await TemplateDatabase.shared.name()
        let name = uniqueName("t")
        try await TestServer.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        var settings = try PostgresSettings(url: TestServer.url(database: name))
        settings.pool = pool
        settings.statementTimeout = statementTimeout
        let client = try PostgresClient(settings: settings, logger: TestServer.logger)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(TestDatabase(settings: settings, client: client)))
        } catch {
            outcome = .failure(error)
        }
        await client.close()
        try await TestServer.run("DROP DATABASE \(name) WITH (FORCE)")
        return try outcome.get()
    }

    /// Runs SQL that the test itself needs, apart from the client under test.
    @discardableResult
    func sql(_ text: String) async throws -> [[String?]] {
        try await TestServer.run(text, settings: settings)
    }

    static func uniqueName(_ prefix: String) -> String {
        "millrace_\(prefix)_\(getpid())_\(UInt32.random(in: 0 ... .max))"
    }
}

extension PoolSettings {
    /// A pool whose callers wait for as long as a busy machine may need.
    static func patient(min: Int, max: Int) -> PoolSettings {
        PoolSettings(min: min, max: max, acquireTimeout: .seconds(30))
    }
}

/// The server of the tests, named by `TEST_DATABASE_URL`.
enum TestServer {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func url() throws -> String {
        guard let value = getenv("TEST_DATABASE_URL") else { throw MissingServer() }
        return String(cString: value)
    }

    /// The same server, another database.
    static func url(database: String) throws -> String {
        let url = try url()
        let withoutQuery = url.prefix { $0 != "?" }
        let slash = withoutQuery.lastIndex(of: "/") ?? withoutQuery.endIndex
        return "\(withoutQuery[..<slash])/\(database)\(url.dropFirst(withoutQuery.count))"
    }

    @discardableResult
    static func run(_ sql: String, settings: PostgresSettings? = nil) async throws -> [[String?]] {
        var settings = try settings ?? PostgresSettings(url: url())
        // All tests begin at once, each with a connection of its own.
        settings.connectTimeout = .seconds(60)
        return try await OwnThread.run { [settings] in
            try BlockingSession(settings).execute(sql, within: .seconds(60))
        }
    }
}

struct MissingServer: Error, CustomStringConvertible {
    var description: String {
        "TEST_DATABASE_URL must name a Postgres 15 server whose databases may be created and dropped."
    }
}
