extension ChildProcess {
    /// Runs a program to its end.
    ///
    /// - Throws: ``CommandFailure`` with the last lines of its output when it fails or takes longer than `limit`.
    static func run(_ launch: Launch, atMost limit: Duration) async throws {
        let lines = CapturedLines()
        var launch = launch
        launch.output = .lines { lines.append($0) }
        let child = try await start(launch)
        let status = await child.wait(atMost: limit)
        if status == nil { await child.stop(grace: .seconds(1)) }
        await child.waitForOutput()
        guard let status else { throw CommandFailure("\(launch.name) did not end within \(limit)") }
        guard status == .exited(0) else {
            throw CommandFailure("\(launch.name) failed with \(status): \(lines.joined)")
        }
    }
}
