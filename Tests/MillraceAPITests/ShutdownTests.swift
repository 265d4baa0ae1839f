import HTTPTypes
import MillraceDomain
import MillraceTelemetry
import ServiceLifecycle
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct ShutdownTests {
    private static func api(_ adjust: @escaping (inout APISettings) -> Void = { _ in }) -> TestAPI {
        TestAPI { settings in
            settings.connection.drain = .seconds(1)
            adjust(&settings)
        }
    }

    private static func head(_ ada: TestAPI.Bearer, _ target: String = "POST /api/v1/jobs") -> String {
        "\(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
    }

    @Test func `a process with nothing to do stops at once`() async throws {
        let api = Self.api { $0.connection.drain = .seconds(10) }
        let duration = try await api.live { _ in }
        #expect(duration < .seconds(5))
        #expect(api.health.isDraining)
        #expect(api.lines.elements.contains { $0.message == "stopping" })
    }

    @Test func `idle connections do not hold a stop`() async throws {
        let duration = try await Self.api { $0.connection.drain = .seconds(10) }.live { port in
            _ = try await RawConnection.open(port)
            let used = try await RawConnection.open(port)
            try await used.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            try await used.read { $0.contains("200 OK") }
        }
        #expect(duration < .seconds(5))
    }

    @Test func `a half-sent request does not hold a stop`() async throws {
        let api = Self.api()
        let ada = try await api.bearer()
        let duration = try await api.live { port in
            let silent = try await RawConnection.open(port)
            try await silent.send("GET /livez HT")
            let half = try await RawConnection.open(port)
            try await half.send(
                Self.head(ada) + "Content-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n")
            // The server is in the middle of this request once it has told us to go on.
            try await half.read { $0.contains("100 Continue") }
            try await half.send(#"{"kind":"#)
        }
        #expect(duration < .seconds(8))
    }

    @Test func `a client that never reads its answer does not hold a stop`() async throws {
        let api = Self.api()
        let ada = try await api.bearer()
        try await api.fill(ada)
        let duration = try await api.live { port in
            let deaf = try await RawConnection.open(port, reads: false)
            try await deaf.send(ada.largeRequest)
            try await api.lines.wait { $0.contains { $0.message == "request served" } }
        }
        #expect(duration < .seconds(8))
    }

    @Test func `a request under way is finished, its answer whole`() async throws {
        let api = Self.api { $0.connection.drain = .seconds(10) }
        let ada = try await api.bearer()
        try await api.fill(ada)
        let answers = Recorder<String>()
        let reading = Recorder<Task<Void, any Error>>()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(ada.largeRequest)
            try await connection.read { !$0.isEmpty }
            reading.record(Task { answers.record(try await connection.readToEnd()) })
        }
        try await reading.elements[0].value
        #expect(answers.elements[0].hasSuffix(#""next_cursor":null}"#))
    }

    @Test func `held requests are answered at once with the job as it stands`() async throws {
        let api = Self.api { $0.connection.drain = .seconds(10) }
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let reading = Recorder<Task<String, any Error>>()
        let duration = try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(Self.head(ada, "GET /api/v1/jobs/\(job.id)") + "Prefer: wait=60\r\n\r\n")
            while api.api.watcher.waiterCount == 0 { await Task.yield() }
            reading.record(Task { try await connection.readToEnd() })
        }
        let answer = try await reading.elements[0].value
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(answer.contains(#""state":"queued""#))
        #expect(answer.contains("Preference-Applied: wait=60"))
        #expect(answer.contains("Connection: close"))
        #expect(duration < .seconds(6))
    }

    @Test func `while load balancers take notice the process is unready and still serves`() async throws {
        let api = Self.api { $0.shutdownPause = .seconds(3) }
        let ports = Recorder<Int>()
        let group = api.api.group(onListening: { ports.record($0) })
        let running = Task { try await group.run() }
        let port = try await ports.wait(forCount: 1)[0]
        await group.triggerGracefulShutdown()
        try await api.lines.wait { $0.contains { $0.message == "stopping" } }
        let connection = try await RawConnection.open(port)
        try await connection.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try await connection.read { $0.contains("}") }
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.contains(#""status":"draining""#))
        try await running.value
    }

    @Test func `the watcher lets held requests go while it runs by itself`() async throws {
        let api = Self.api { $0.limits.watchInterval = .milliseconds(10) }
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(Self.head(ada, "GET /api/v1/jobs/\(job.id)") + "Prefer: wait=60\r\n\r\n")
            while api.api.watcher.waiterCount == 0 { await Task.yield() }
            try await api.succeed(job.id)
            try await connection.read { $0.contains(#""state":"succeeded""#) }
        }
    }
}
