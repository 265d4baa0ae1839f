import Glibc

/// The servers that tests need, for as long as one command runs.
struct TestServices: Sendable {
    /// Directories searched for `moto_server` before `PATH`.
    let toolDirectories: [String]
    let environment: [String: String]

    /// Starts them, runs the command with their addresses in its environment, and stops them whatever happens.
    ///
    /// - Returns: the exit status to pass on.
    func run(_ command: [String], stop: StopSignals) async throws -> Int32 {
        let home = try PostgresHome.temporary()
        defer { home.remove() }
        let (status, signal) = try await stop.cancelling { try await withServices(in: home, running: command) }
        return status ?? 128 + (signal ?? SIGTERM)
    }

    private func withServices(in home: PostgresHome, running command: [String]) async throws -> Int32 {
        let postgres = try await PrivatePostgres.start(in: home, purpose: .tests, environment: environment) { _ in }
        do {
            let dynamoDB = try await DynamoDBEmulator.start(toolDirectories: toolDirectories, environment: environment)
            let status: Int32
            do {
                status = try await run(command, postgres: postgres, dynamoDB: dynamoDB)
            } catch {
                await dynamoDB.stop()
                throw error
            }
            await dynamoDB.stop()
            await postgres.stop()
            return status
        } catch {
            await postgres.stop()
            throw error
        }
    }

    private func run(
        _ command: [String], postgres: PrivatePostgres, dynamoDB: DynamoDBEmulator
    ) async throws -> Int32 {
        var surroundings = environment
        surroundings["TEST_DATABASE_URL"] = postgres.url
        surroundings["TEST_DYNAMODB_ENDPOINT"] = dynamoDB.endpoint
        surroundings["AWS_ACCESS_KEY_ID"] = "test"
        surroundings["AWS_SECRET_ACCESS_KEY"] = "test"
        surroundings["AWS_REGION"] = "us-east-1"
        surroundings["AWS_DEFAULT_REGION"] = "us-east-1"
        surroundings["AWS_EC2_METADATA_DISABLED"] = "true"
        guard let program = command.first else { throw CommandFailure("no command given", exitCode: 64) }
        let path = program.contains("/") ? program : Programs.find(program, environment: environment)
        guard let path else { throw CommandFailure("\(program): command not found", exitCode: 127) }
        let child = try await ChildProcess.start(
            Launch(
                name: program, executable: path, arguments: Array(command.dropFirst()), environment: surroundings))
        guard let status = await child.wait() else {
            await child.stop(grace: .seconds(10))
            throw CancellationError()
        }
        return status.shellCode
    }
}
