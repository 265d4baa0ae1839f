import ArgumentParser
import FoundationEssentials

/// `millrace dev exec`: one command with servers for tests around it.
struct DevExec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with a throwaway Postgres and DynamoDB endpoint.",
        discussion: """
            The command finds them in TEST_DATABASE_URL and TEST_DYNAMODB_ENDPOINT. Its exit status is passed on, and \
            everything is stopped whatever happens.
            """)

    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
    var command: [String]

    func run() async throws {
        let directory = FileManager.default.currentDirectoryPath
        let services = TestServices(
            toolDirectories: ["\(directory)/.dev/venv/bin"], environment: ProcessInfo.processInfo.environment)
        let status = try await services.run(command, stop: StopSignals())
        if status != 0 { throw ExitCode(status) }
    }
}
