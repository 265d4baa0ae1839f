import Foundation
import Glibc
import Testing

@testable import MillraceCLI

// One at a time: every stack prefers the same ports.
@Suite(.serialized) struct `A development stack` {
    /// Programs in place of the real ones: they are ready as soon as they listen.
    private func writePrograms(to directory: String) throws {
        try Data("{}".utf8).write(to: URL(filePath: directory + "/readyz"))
        for (name, port) in [("millrace-api", "$HTTP_PORT"), ("millrace-consumer", "$ADMIN_PORT")] {
            let script = "#!/bin/sh\nexec python3 -m http.server --bind 127.0.0.1 -d '\(directory)' \"\(port)\"\n"
            try Data(script.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
            chmod("\(directory)/\(name)", 0o755)
        }
    }

    private func makeStack(in directory: String, port: Int) throws -> DevStack {
        var environment = ["PORT": "\(port)", "KAFKA_BROKERS": "127.0.0.1:1", "DATABASE_URL": ""]
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        return DevStack(
            directory: try DevDirectory(below: directory), environment: environment, programs: directory)
    }

    @Test func `says where everything is while it runs, and leaves nothing running`() async throws {
        try await withScratchDirectory { directory in
            try writePrograms(to: directory)
            let port = try FreePort.find()
            let stack = try makeStack(in: directory, port: port)
            for _ in 0..<2 {
                let stop = StopSignals([])
                let running = Task { try await stack.run(stop: stop) }
                let file = stack.directory.environmentFile
                #expect(await isThere(file))
                let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
                #expect(
                    lines.map { $0.split(separator: "=")[0] } == [
                        "BASE_URL", "TOKEN", "KAFKA_BROKERS", "DATABASE_URL", "API_ADMIN_URL", "CONSUMER_ADMIN_URL",
                    ])
                #expect(lines.first == "BASE_URL=http://127.0.0.1:\(port)")
                #expect(await HTTPProbe.status(port: port, path: "/readyz") == 200)
                stop.note(SIGTERM)
                try await running.value
                #expect(!FileManager.default.fileExists(atPath: file))
                #expect(FreePort.isFree(port))
            }
        }
    }

    @Test func `gives up on a program that does not stay up`() async throws {
        try await withScratchDirectory { directory in
            try writePrograms(to: directory)
            try Data("#!/bin/sh\nexit 78\n".utf8).write(to: URL(filePath: directory + "/millrace-api"))
            let stack = try makeStack(in: directory, port: try FreePort.find())
            await #expect(throws: CommandFailure("the API cannot be started; what it said is above")) {
                try await stack.run(stop: StopSignals([]))
            }
        }
    }

    /// Waits for a file, a minute at most: a first start makes a database.
    private func isThere(_ path: String) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if FileManager.default.fileExists(atPath: path) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
