import ArgumentParser
import MillraceConfiguration
import Testing

@testable import MillraceCLI

@Suite struct `A wrong command line` {
    @Test(arguments: [
        (["nope"], 64, "millrace: Unexpected argument 'nope'"),
        (["migrate", "--status", "--dry-run"], 64, "millrace: --status and --dry-run do not go together"),
        (["dev", "broker", "--port", "x"], 64, "millrace: The value 'x' is invalid for '--port <port>'"),
        (["dev", "broker", "--port", "70000"], 64, "millrace: --port must be from 0 to 65535"),
        (["dev", "exec"], 64, "millrace: Missing expected argument '-- <command> ...'"),
    ])
    func `is answered with one line and a status`(arguments: [String], code: Int32, line: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try Millrace.parseAsRoot(arguments) }
        let failure = Failure(try #require(error))
        #expect(failure.line == line)
        #expect(failure.exitCode == code)
        #expect(!failure.isHelp)
    }

    @Test func `is not the same as asking for help`() throws {
        let error = #expect(throws: (any Error).self) {
            var command = try Millrace.parseAsRoot(["migrate", "--help"])
            try command.run()
        }
        let failure = Failure(try #require(error))
        #expect(failure.isHelp)
        #expect(failure.exitCode == 0)
        #expect(failure.line.contains("USAGE: millrace migrate"))
    }

    @Test func `has its own status when the configuration is bad`() {
        let error = ConfigurationError([.init(key: "postgres.url", source: nil, reason: "is missing")])
        #expect(Failure(error).exitCode == 78)
        #expect(Failure(error).line == "millrace: bad configuration: postgres.url: is missing")
    }

    @Test func `keeps the words and the status of a failed command`() {
        #expect(Failure(CommandFailure("no such thing", exitCode: 127)).line == "millrace: no such thing")
        #expect(Failure(CommandFailure("no such thing", exitCode: 127)).exitCode == 127)
        #expect(Failure(ExitCode(7)).exitCode == 7)
        #expect(Failure(ExitCode(7)).line.isEmpty)
    }
}
