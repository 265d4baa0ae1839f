import AsyncHTTPClient
import Logging
import Metrics
import MillraceTelemetry
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Admin server` {
    @Test func `it serves metrics and health and refuses the rest as problems`() async throws {
        let registry = MetricsRegistry()
        Counter(label: "jobs", factory: registry).increment()
        let health = HealthChecks([HealthCheck("postgres", .critical) {}], logger: .quiet)
        try await withAdminServer(metrics: registry, health: health) { port in
            let metrics = try await answer(.GET, port, "/metrics")
            #expect(metrics.status == 200 && metrics.type == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try StrictParser.parse(metrics.body)["jobs_total"] == [[:]: 1])
            #expect(try await answer(.GET, port, "/livez").body == #"{"status":"ok"}"#)
            for path in ["/readyz", "/health", "/readyz?verbose"] {
                let ready = try await answer(.GET, port, path)
                #expect(ready.status == 200 && ready.body == #"{"status":"ok","checks":{"postgres":"ok"}}"#)
            }
            let head = try await answer(.HEAD, port, "/livez")
            #expect(head.status == 200 && head.body.isEmpty)
            let missing = try await answer(.GET, port, "/nope")
            #expect(missing.status == 404 && missing.type == "application/problem+json")
            #expect(
                missing.body
                    == #"{"type":"/problems/not_found","title":"Not Found","status":404,"#
                    + #""detail":"Nothing is served here.","code":"not_found","instance":"/nope"}"#)
            let wrong = try await answer(.POST, port, "/metrics")
            #expect(wrong.status == 405 && wrong.allow == "GET, HEAD" && wrong.type == "application/problem+json")
            health.beginDraining()
            #expect(try await answer(.GET, port, "/readyz").status == 503)
            #expect(try await answer(.GET, port, "/livez").status == 200)
        }
    }

    @Test func `a silent connection is closed`() async throws {
        try await withAdminServer(.init(port: 0, idleTimeout: .milliseconds(100))) { port in
            let connection = try await RawConnection.open(port)
            try await connection.send("GET /livez HT")
            #expect(await connection.readToEnd().isEmpty)
        }
    }

    @Test func `connections past the cap wait until one closes`() async throws {
        try await withAdminServer(.init(port: 0, maxConnections: 1, idleTimeout: .seconds(30))) { port in
            let first = try await RawConnection.open(port)
            try await first.send("GET /livez HTTP/1.1\r\nhost: a\r\n\r\n")
            _ = await first.readSome()
            let second = try await RawConnection.open(port)
            try await second.send("GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            let answered = Task { await second.readToEnd() }
            try await first.close()
            #expect(await answered.value.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `shutdown does not wait for a half sent request`() async throws {
        let start = ContinuousClock.now
        try await withAdminServer(.init(port: 0, idleTimeout: .seconds(300), shutdownLimit: .milliseconds(200))) {
            port in
            let connection = try await RawConnection.open(port)
            try await connection.send("GET /livez HT")
        }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `an address that is taken is an error`() async throws {
        try await withAdminServer { port in
            let second = AdminServer(
                .init(port: port), metrics: MetricsRegistry(), health: HealthChecks([], logger: .quiet), logger: .quiet)
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }

    private struct Answer {
        let status: UInt
        let type: String?
        let allow: String?
        let body: String
    }

    private func answer(_ method: HTTPMethod, _ port: Int, _ path: String) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: response.status.code, type: response.headers.first(name: "content-type"),
            allow: response.headers.first(name: "allow"), body: String(buffer: body))
    }

    private func withAdminServer(
        _ settings: AdminServerSettings = .init(port: 0),
        metrics: MetricsRegistry = MetricsRegistry(),
        health: HealthChecks = HealthChecks([], logger: .quiet),
        _ body: (Int) async throws -> Void
    ) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let server = AdminServer(settings, metrics: metrics, health: health, logger: .quiet) { bound.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: .quiet))
        let running = Task { try await group.run() }
        let port = try #require(await ports.first { _ in true })
        await #expect(throws: Never.self) { try await body(port) }
        await group.triggerGracefulShutdown()
        try await running.value
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
