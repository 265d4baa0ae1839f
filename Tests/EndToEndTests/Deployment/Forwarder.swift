import Foundation

/// A way to a server that a test can close and open again.
actor Forwarder {
    nonisolated let port: Int
    private let target: String
    private let folder: URL
    private var process: ServerProcess

    /// Opens a way to `target`, `host:port`.
    static func start(to target: String) async throws -> Forwarder {
        let folder = FileManager.default.temporaryDirectory.appending(path: "millrace-forward-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let port = try FreePorts.take(1)[0]
        let process = try await launch(target, port, folder)
        return Forwarder(port: port, target: target, folder: folder, process: process)
    }

    private init(port: Int, target: String, folder: URL, process: ServerProcess) {
        self.port = port
        self.target = target
        self.folder = folder
        self.process = process
    }

    private static func launch(_ target: String, _ port: Int, _ folder: URL) async throws -> ServerProcess {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Tools/tcp_forward.py")
        let process = try ServerProcess.start(
            URL(filePath: "/usr/bin/env"), ["python3", script.path, target, String(port)],
            environment: ProcessInfo.processInfo.environment, in: folder)
        try await eventually(within: 20, "the forwarder listens") { process.output.contains("\(port)") }
        return process
    }

    /// Closes it: connections break, new ones are refused.
    func close() async {
        await process.crash()
    }

    /// Lets connections hang: nothing comes through, nothing is refused.
    func freeze() {
        process.signal(SIGSTOP)
    }

    /// Opens it again.
    func open() async throws {
        process.signal(SIGCONT)
        guard process.status != nil else { return }
        process = try await Self.launch(target, port, folder)
    }

    /// Removes it.
    func stop() async {
        await process.crash()
        try? FileManager.default.removeItem(at: folder)
    }
}
