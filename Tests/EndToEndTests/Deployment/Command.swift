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
    func run() async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runAndWait() })
            }
        }
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

    /// Output goes through files, so that no pipe can fill up while the other is read.
    private func runAndWait() throws -> Output {
        let folder = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        try input.write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Output(
            status: process.terminationStatus,
            text: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
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
