import Foundation
import Logging
import MillraceTelemetry
import TestKit

@testable import MillraceAPI

/// A folder with self-signed certificates for `localhost`, and the pair that is in use.
final class CertificateFolder: Sendable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What stays is swept with the rest of the temporary directory.
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.path + "/" + name }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appending(path: name))
    }

    /// Makes a certificate and its key.
    func make(_ name: String) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path("\(name).key"), "-out",
            path("\(name).crt"),
        ]
        process.standardError = FileHandle.nullDevice
        let status = Recorder<Int32>()
        process.terminationHandler = { status.record($0.terminationStatus) }
        try process.run()
        guard try await status.wait(forCount: 1) == [0] else { throw OpenSSLFailed() }
    }

    /// Puts a certificate and a key in use, by replacing links as orchestrators do.
    func use(_ certificate: String, _ key: String) throws {
        for (name, file) in [("used.crt", "\(certificate).crt"), ("used.key", "\(key).key")] {
            let link = url.appending(path: name)
            if FileManager.default.fileExists(atPath: link.path) { try FileManager.default.removeItem(at: link) }
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: path(file))
        }
    }

    /// The pair in use.
    func identity(
        interval: Duration, metrics: MetricsRegistry, lines: Recorder<LogLine>, now: @escaping @Sendable () -> Int
    ) throws -> TLSIdentity {
        try TLSIdentity(
            TLSFiles(certificate: path("used.crt"), key: path("used.key")), interval: interval, metrics: metrics,
            logger: Logger(label: "test") { _ in RecordingLogHandler(lines: lines) }, now: now)
    }
}

/// A certificate could not be made.
struct OpenSSLFailed: Error {}
