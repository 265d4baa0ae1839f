import FoundationEssentials

/// Where Postgres' server programs are installed.
struct PostgresPrograms: Sendable, Equatable {
    /// The directory that holds `initdb` and `postgres`.
    let directory: String

    var initdb: String { directory + "/initdb" }
    var postgres: String { directory + "/postgres" }

    /// Debian keeps them out of `PATH`, one directory a version: the newest wins, then `PATH`.
    static func find(environment: [String: String]) throws -> PostgresPrograms {
        let debian = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? [])
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
            .map { "\(debian)/\($0)/bin" }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = versions + path
        guard let directory = candidates.first(where: { Programs.isExecutable($0 + "/initdb") }) else {
            throw CommandFailure("Postgres is not installed (no initdb): run `make setup`, or set DATABASE_URL")
        }
        return PostgresPrograms(directory: directory)
    }
}
