import Foundation

/// Runs a program to its end and gives what it said.
struct Command: Sendable {
    let program: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    var input: Data = Data()

    /// What a program said and how it ended.
    struct Output: Sendable {
        let status: Int32
        let text: String
        let errors: String
    }

    /// Runs it; a program that is not there ends with status 127, as in a shell.
    ///
    /// Output goes through files, so that no pipe can fill up while the other is read.
    func run() async throws -> Output {
        let folder = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "in")
        try input.write(to: file)
        let process = try ServerProcess.start(
            URL(filePath: "/usr/bin/env"), [program] + arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }, in: folder,
            input: file)
        guard let status = await process.ended(within: .seconds(120)) else { throw CommandHangs(command: self) }
        return Output(status: status, text: process.output, errors: process.errors)
    }

    /// Runs it and gives its output.
    ///
    /// - Throws: `CommandFailed` unless it exits with 0.
    @discardableResult
    func succeed() async throws -> String {
        let output = try await run()
        guard output.status == 0 else { throw CommandFailed(command: self, output: output) }
        return output.text
    }
}

/// A program that did not exit with 0.
struct CommandFailed: Error, CustomStringConvertible {
    let command: Command
    let output: Command.Output

    var description: String {
        "\(command.program) exited with \(output.status): \(output.errors.suffix(2000)) \(output.text.suffix(500))"
    }
}

/// A program that does not end, not even when it is killed.
struct CommandHangs: Error {
    let command: Command
}
