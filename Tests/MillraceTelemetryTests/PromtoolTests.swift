import Foundation
import Metrics
import MillraceTelemetry
import Testing

/// Prometheus' own checker, where it is installed.
@Suite struct `promtool` {
    private static let path = ["/usr/bin/promtool", ProcessInfo.processInfo.environment["PROMTOOL"] ?? ""]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: path != nil, "promtool is not installed; PROMTOOL names it"))
    func `the checker accepts the exposition`() throws {
        let registry = MetricsRegistry(MetricsSettings(maxSeriesPerName: 1))
        for kind in ["noop", "two\nlines \"quoted\" \\"] {
            Counter(label: "millrace.jobs.done", dimensions: [("kind", kind)], factory: registry).increment()
        }
        Meter(label: "millrace.jobs.waiting", dimensions: [("queue", "a\"\\\nb")], factory: registry)
            .set(Double.infinity)
        Timer(label: "millrace.job.run", factory: registry).recordMilliseconds(7)
        Recorder(label: "millrace.batch.size", dimensions: [], aggregate: true, factory: registry).record(7)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.path))
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = output
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(PrometheusText.render(registry.snapshot()).utf8))
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}
