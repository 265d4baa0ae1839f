import FoundationEssentials

@testable import MillracePostgres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A Postgres server of one test, which may be frozen and killed.
struct PrivateServer: Sendable {
    let settings: PostgresSettings
    private let directory: String

    /// Makes a server, runs the body, and ends the server with all of its data.
    static func with(_ body: (PrivateServer) async throws -> Void) async throws {
        let directory = "/tmp/millrace_pg_\(getpid())_\(UInt16.random(in: 0 ... .max))"
        let server = PrivateServer(
            settings: PostgresSettings(
                url: "host=\(directory) user=postgres dbname=postgres",
                pool: PoolSettings(min: 1, max: 1, acquireTimeout: .milliseconds(500)),
                connectTimeout: .milliseconds(500), statementTimeout: .milliseconds(500)),
            directory: directory)
        try await server.shell("mkdir -m 0700 \(directory) && [ $(id -u) != 0 ] || chown postgres: \(directory)")
        try await server.asPostgres("initdb -D \(directory)/data -U postgres -A trust -N")
        let options = "-c listen_addresses= -c unix_socket_directories=\(directory) -c fsync=off"
        try await server.asPostgres("pg_ctl -D \(directory)/data -l \(directory)/log -o '\(options)' -w start")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        try await server.asPostgres("pg_ctl -D \(directory)/data -m immediate -w stop")
        try await server.shell("rm -rf \(directory)")
        try outcome.get()
    }

    /// Sends a signal to one backend, or to the server's first process.
    func signal(_ signal: Int32, backend: Int32? = nil) throws {
        let lines = try String(contentsOfFile: "\(directory)/data/postmaster.pid", encoding: .utf8)
        guard let process = backend ?? lines.split(separator: "\n").first.flatMap({ Int32($0) }) else { return }
        guard kill(process, signal) == 0 else { throw Failed(command: "kill", code: errno) }
    }

    /// Postgres refuses to run as root.
    private func asPostgres(_ command: String) async throws {
        let prefix = getuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --init-groups -- " : ""
        let path = "PATH=/usr/lib/postgresql/15/bin:$PATH"
        try await shell("cd /tmp && \(prefix)env \(path) \(command)")
    }

    struct Failed: Error {
        let command: String
        let code: Int32
    }

    private func shell(_ command: String) async throws {
        try await OwnThread.run {
            var process = pid_t()
            let line = ["/bin/sh", "-c", "(\(command)) >/dev/null 2>&1 </dev/null"]
            let words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
            defer { words.forEach { free($0) } }
            guard posix_spawn(&process, "/bin/sh", nil, nil, words, environ) == 0 else {
                throw Failed(command: command, code: errno)
            }
            var status: Int32 = 0
            waitpid(process, &status, 0)
            guard status == 0 else { throw Failed(command: command, code: status) }
        }
    }
}
