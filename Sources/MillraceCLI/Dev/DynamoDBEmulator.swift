/// A local DynamoDB endpoint for development and tests, in memory: moto's server.
struct DynamoDBEmulator: Sendable {
    let process: ChildProcess
    let port: Int

    var endpoint: String { "http://127.0.0.1:\(port)" }

    /// What makes a process archive here. The emulator takes any key.
    var clientEnvironment: [String: String] {
        [
            "ARCHIVE_ENDPOINT": endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "development",
            "AWS_SECRET_ACCESS_KEY": "development",
        ]
    }

    /// Starts it and waits until it listens.
    ///
    /// - Throws: ``CommandFailure`` when `moto_server` is not to be found, or does not listen within 60 s.
    static func start(toolDirectories: [String], environment: [String: String]) async throws -> DynamoDBEmulator {
        let program = Programs.find("moto_server", in: toolDirectories, environment: environment)
        guard let program else {
            throw CommandFailure(
                "moto_server is not installed: run `make tools`, or install Tests/requirements.txt with pip")
        }
        let port = try FreePort.find()
        let said = CapturedLines()
        var surroundings = environment
        surroundings["PYTHONUNBUFFERED"] = "1"
        let process = try await ChildProcess.start(
            Launch(
                name: "moto_server", executable: program, arguments: ["-H", "127.0.0.1", "-p", "\(port)"],
                environment: surroundings, output: .lines { said.append($0) }))
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if await process.wait(atMost: .milliseconds(100)) != nil { break }
            // A port that is no longer free has a listener.
            if !FreePort.isFree(port) { return DynamoDBEmulator(process: process, port: port) }
        }
        await process.stop(grace: .seconds(2))
        await process.waitForOutput()
        throw CommandFailure("moto_server did not start: \(said.joined)")
    }

    func stop() async {
        await process.stop(grace: .seconds(3))
    }
}
