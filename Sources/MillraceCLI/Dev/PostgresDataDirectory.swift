import FoundationEssentials
import Glibc

/// The data directory of a private Postgres, made once.
struct PostgresDataDirectory {
    let home: PostgresHome
    let programs: PostgresPrograms

    /// Makes it when there is none, whole or not at all: an interrupted attempt leaves nothing that looks finished.
    ///
    /// - Returns: the superuser's password.
    func prepare() async throws -> String {
        if let password = PrivateFile.read(home.passwordFile), isFinished { return password }
        let password = RandomText.letters(count: 40)
        let fresh = home.path + "/data.new"
        try? FileManager.default.removeItem(atPath: fresh)
        try? FileManager.default.removeItem(atPath: home.data)
        try PrivateFile.write(password + "\n", to: home.passwordFile)
        try home.own(home.passwordFile)
        try await initialise(fresh)
        try await makeDatabase(fresh)
        guard rename(fresh, home.data) == 0 else {
            throw CommandFailure("cannot rename \(fresh): \(SystemError.last)")
        }
        return password
    }

    private var isFinished: Bool {
        FileManager.default.fileExists(atPath: home.data + "/PG_VERSION")
    }

    private func initialise(_ directory: String) async throws {
        try await ChildProcess.run(
            launch(
                "initdb", programs.initdb,
                [
                    "--pgdata", directory, "--username", PrivatePostgres.name, "--pwfile", home.passwordFile,
                    "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
                    "--no-instructions",
                ]),
            atMost: .seconds(120))
    }

    /// In single-user mode, so that the directory is complete before it gets its name.
    private func makeDatabase(_ directory: String) async throws {
        let statement = directory + "/create.sql"
        try PrivateFile.write("CREATE DATABASE \(PrivatePostgres.name)\n", to: statement)
        try home.own(statement)
        try await ChildProcess.run(
            launch(
                "postgres", "/bin/sh",
                ["-c", #"exec "$0" --single -D "$1" postgres < "$2""#, programs.postgres, directory, statement]),
            atMost: .seconds(60))
        try? FileManager.default.removeItem(atPath: statement)
    }

    private func launch(_ name: String, _ executable: String, _ arguments: [String]) -> Launch {
        Launch(
            name: name, executable: executable, arguments: arguments,
            environment: ["PATH": "\(programs.directory):/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"],
            deathSignal: "KILL", user: home.user)
    }
}
