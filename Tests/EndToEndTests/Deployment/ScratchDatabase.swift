import Foundation

/// A database of a test's own, in the server that `TEST_DATABASE_URL` names.
struct ScratchDatabase: Sendable {
    let url: String
    private let server: String
    private let name: String

    static func create() async throws -> ScratchDatabase {
        guard let server = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"],
            var parts = URLComponents(string: server)
        else {
            throw DeploymentMissing(
                description: "TEST_DATABASE_URL is not set; `make test` starts a server and sets it.")
        }
        let name = "e2e_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        parts.path = "/\(name)"
        try await Command(program: "psql", arguments: [server, "-qc", "CREATE DATABASE \(name)"]).succeed()
        return ScratchDatabase(url: parts.string ?? server, server: server, name: name)
    }

    /// `host:port` of the server.
    var address: String {
        let parts = URLComponents(string: server)
        return "\(parts?.host ?? "127.0.0.1"):\(parts?.port ?? 5432)"
    }

    /// The database's URL by way of another port of this machine.
    func url(through port: Int) -> String {
        var parts = URLComponents(string: url)
        parts?.host = "127.0.0.1"
        parts?.port = port
        return parts?.string ?? url
    }

    /// Runs a query and gives its rows, columns separated by `|`. For what the tests check behind the API's back.
    func rows(_ query: String) async throws -> [String] {
        let text = try await Command(program: "psql", arguments: [url, "-qAtc", query]).succeed()
        return text.split(separator: "\n").map(String.init)
    }

    /// Removes the database; a failure only leaves it to the server's own end.
    func drop() async {
        _ = try? await Command(
            program: "psql", arguments: [server, "-qc", "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"]
        ).run()
    }
}
