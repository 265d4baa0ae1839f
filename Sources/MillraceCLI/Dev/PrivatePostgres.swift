import FoundationEssentials
import Glibc

/// A Postgres server of our own, on the loopback address and a socket in its private directory.
struct PrivatePostgres: Sendable {
    /// What it is for, which decides what it may lose.
    enum Purpose: Sendable {
        /// Keeps what it was given, as a production server does.
        case development
        /// Thrown away after the tests: fast, and with room for many connections.
        case tests
    }

    /// The superuser, and the database that it owns.
    static let name = "millrace"

    let home: PostgresHome
    let process: ChildProcess
    let port: Int
    private let password: String

    /// `postgres://…` over TCP, password included.
    var url: String { "postgres://\(Self.name):\(password)@127.0.0.1:\(port)/\(Self.name)" }

    /// Starts a server, after making its data directory when there is none and ending one that an earlier run left.
    ///
    /// - Throws: ``CommandFailure`` with what the server said when it does not come up within 30 s.
    static func start(
        in home: PostgresHome, purpose: Purpose, environment: [String: String],
        log: @escaping @Sendable (String) -> Void
    ) async throws -> PrivatePostgres {
        let programs = try PostgresPrograms.find(environment: environment)
        try await PostgresOrphan(home: home).end()
        let password = try await PostgresDataDirectory(home: home, programs: programs).prepare()
        var lastFailure = CommandFailure("Postgres did not start")
        // The port was free a moment ago: somebody may take it before the server does.
        for _ in 0..<3 {
            let port = try FreePort.find(preferring: purpose == .development ? 55_432 : 0)
            let said = CapturedLines()
            let launch = launch(programs, home, purpose, port) { line in
                said.append(line)
                log(line)
            }
            let process = try await ChildProcess.start(launch)
            if await isReady(process, home: home) {
                return PrivatePostgres(home: home, process: process, port: port, password: password)
            }
            await process.stop(SIGQUIT, grace: .seconds(5))
            await process.waitForOutput()
            try Task.checkCancellation()
            lastFailure = CommandFailure("Postgres did not start: \(said.joined)")
        }
        throw lastFailure
    }

    /// Stops it as an administrator would (fast shutdown), harder when that takes too long.
    func stop() async {
        process.signal(SIGINT)
        if await Task(operation: { await process.wait(atMost: .seconds(10)) }).value == nil {
            await process.stop(SIGQUIT, grace: .seconds(5))
        }
    }

    private static func launch(
        _ programs: PostgresPrograms, _ home: PostgresHome, _ purpose: Purpose, _ port: Int,
        output: @escaping @Sendable (String) -> Void
    ) -> Launch {
        var options = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(home.socketDirectory ?? "")",
            "unix_socket_permissions=0700", "log_checkpoints=off", "max_connections=300",
        ]
        switch purpose {
        case .development:
            options += ["fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum_naptime=10s"]
        case .tests: options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        }
        return Launch(
            name: "postgres", executable: programs.postgres,
            arguments: ["-D", home.data] + options.flatMap { ["-c", $0] },
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"],
            output: .lines(output),
            // QUIT is Postgres' own word for «at once»; KILL would leave its children and its shared memory behind.
            deathSignal: "QUIT", user: home.user)
    }

    /// The server writes its state into the eighth line of its pid file.
    private static func isReady(_ process: ChildProcess, home: PostgresHome) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if await process.wait(atMost: .milliseconds(25)) != nil { return false }
            let file = PostmasterFile(home: home)
            if let file, file.pid == process.pid, file.status == "ready" { return true }
        }
        return false
    }
}
