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
    private let process: Process
    private let file: URL

    static func start() throws -> WebhookReceiver {
        let file = FileManager.default.temporaryDirectory.appending(path: "received-\(UUID().uuidString).ndjson")
        try Data().write(to: file)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/webhook_receiver.py").standardized
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path, secret, file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw DeploymentMissing(description: "The webhook receiver did not start: \(line)")
        }
        return WebhookReceiver(url: "http://127.0.0.1:\(port)/hook", process: process, file: file)
    }

    private init(url: String, process: Process, file: URL) {
        self.url = url
        self.process = process
        self.file = file
    }

    /// What has been received so far, in order.
    func deliveries() throws -> [Delivery] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return try lines.map { try JSONDecoder().decode(Delivery.self, from: Data($0.utf8)) }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: file)
    }
}
