import Foundation
import Synchronization

/// A copy of `deploy/terraform` that can be applied to the endpoint of the tests, and the program that does it.
struct Terraform: Sendable {
    /// What a run of the program said and how it ended.
    struct Output: Sendable {
        let status: Int32
        let text: String
        let errors: String
    }

    /// A run that did not end with status 0.
    struct Failed: Error, CustomStringConvertible {
        let arguments: [String]
        let output: Output

        var description: String {
            """
            terraform \(arguments.joined(separator: " ")) ended with \(output.status): \(output.text.suffix(4000)) \
            \(output.errors.suffix(4000))
            """
        }
    }

    /// Whether the program is on `PATH`.
    static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/terraform")
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardized

    /// The copy of the module; its examples are in `examples`.
    let folder: URL

    /// Runs `body` with a copy of the module, and removes it.
    static func withCopy<Value: Sendable>(_ body: (Terraform) async throws -> Value) async throws -> Value {
        let copy = FileManager.default.temporaryDirectory.appending(path: "terraform-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: copy) }
        try FileManager.default.copyItem(at: root.appending(path: "deploy/terraform"), to: copy)
        return try await body(Terraform(folder: copy))
    }

    /// Whether `terraform init` finds the AWS provider on this machine.
    static func canInitialise() async -> Bool {
        let attempt = try? await withCopy { try await $0.run(["init"], in: "examples/on-demand") }
        return attempt?.status == 0
    }

    /// The same, at a folder of the copy; throws unless the run ends with status 0.
    @discardableResult
    func succeed(_ arguments: [String], in path: String = ".") async throws -> String {
        let output = try await run(arguments, in: path)
        guard output.status == 0 else { throw Failed(arguments: arguments, output: output) }
        return output.text
    }

    /// Runs the program at a folder of the copy, for two minutes at most.
    func run(_ arguments: [String], in path: String = ".") async throws -> Output {
        // Into files, so that no pipe can fill up.
        let logs = ["out", "err"].map { folder.appending(path: "\(UUID().uuidString).\($0)") }
        for log in logs { try Data().write(to: log) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let tool = Self.root.appending(path: "Tests/Tools/with_autoscaling.py").path
        process.arguments = ["python3", tool, "terraform"] + arguments
        process.currentDirectoryURL = folder.appending(path: path)
        process.environment = Self.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: logs[0])
        process.standardError = try FileHandle(forWritingTo: logs[1])
        let status = try await Self.end(of: process, within: .seconds(120))
        let texts = try logs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Output(status: status, text: texts[0], errors: texts[1])
    }

    private static var environment: [String: String] {
        let endpoint = ProcessInfo.processInfo.environment["TEST_DYNAMODB_ENDPOINT"] ?? "http://127.0.0.1:9"
        // No proxy answers: what is not on this machine is not fetched.
        let ours = [
            "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1",
            "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost", "TF_IN_AUTOMATION": "1",
            "TF_CLI_ARGS": "-no-color", "TF_INPUT": "0",
        ]
        return ProcessInfo.processInfo.environment.merging(ours) { _, ours in ours }
    }

    private static func end(of process: Process, within limit: Duration) async throws -> Int32 {
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        let patience = Task {
            try await Task.sleep(for: limit)
            process.terminate()
        }
        defer { patience.cancel() }
        for await status in ends { return status }
        throw CancellationError()
    }
}
