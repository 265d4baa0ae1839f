import Foundation

/// The receiver of `Tests/Tools/webhook_receiver.py`, running.
final class WebhookReceiver: Sendable {
    /// One delivery, as the receiver wrote it down.
    struct Delivery: Decodable, Sendable {
        let id: String
        let attempt: String
        let kind: String
        let verified: Bool
        let body: Data
    }

    static let secret = "whsec_" + Data("a secret of thirty-two bytes: ok".utf8).base64EncodedString()

    let url: String
    private let process: ServerProcess
    private let folder: URL

    static func start(secret: String = secret) async throws -> WebhookReceiver {
        let folder = FileManager.default.temporaryDirectory.appending(path: "receiver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/webhook_receiver.py").standardized
        let process = try ServerProcess.start(
            URL(filePath: "/usr/bin/env"),
            ["python3", script.path, secret, folder.appending(path: "received").path],
            environment: ProcessInfo.processInfo.environment, in: folder)
        try await eventually("the receiver says where it listens") { process.output.hasSuffix("\n") }
        let port = process.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return WebhookReceiver(url: "http://127.0.0.1:\(port)/hook", process: process, folder: folder)
    }

    private init(url: String, process: ServerProcess, folder: URL) {
        self.url = url
        self.process = process
        self.folder = folder
    }

    /// What has been received so far, in order.
    func deliveries() throws -> [Delivery] {
        let lines = try String(contentsOf: folder.appending(path: "received"), encoding: .utf8).split(separator: "\n")
        return try lines.map { try JSONDecoder().decode(Delivery.self, from: Data($0.utf8)) }
    }

    func stop() async {
        await process.stop(within: .seconds(5))
        try? FileManager.default.removeItem(at: folder)
    }
}
