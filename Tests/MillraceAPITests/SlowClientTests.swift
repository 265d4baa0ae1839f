import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// Clients that take their time, and those that only seem to.
@Suite(.timeLimit(.minutes(1)))
struct SlowClientTests {
    /// Serves with short limits.
    private static func quick(_ adjust: @escaping (inout ConnectionLimits) -> Void = { _ in }) -> TestAPI {
        TestAPI { settings in
            settings.connection.idle = .milliseconds(400)
            settings.connection.head = .milliseconds(400)
            settings.connection.request = .milliseconds(800)
            settings.connection.write = .milliseconds(800)
            settings.connection.linger = .milliseconds(200)
            adjust(&settings.connection)
        }
    }

    private static func post(_ ada: TestAPI.Bearer) -> String {
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
            + "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
    }

    /// Sends a piece every now and then until the server has closed.
    private static func drip(_ start: String, _ piece: String, _ api: TestAPI) async throws -> (String, Duration) {
        let outcome = Recorder<(String, Duration)>()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            let start_ = ContinuousClock.now
            try await connection.send(start)
            while !connection.hasEnded {
                // Too late when the connection is closed meanwhile.
                try? await connection.send(piece)
                // The pace of a slow client, not a wait for anything.
                try await Task.sleep(for: .milliseconds(20))
            }
            outcome.record((connection.text, .now - start_))
            await connection.close()
        }
        return outcome.elements[0]
    }

    @Test func `a head that drips in is given up`() async throws {
        let api = Self.quick { ($0.idle, $0.request) = (.seconds(20), .seconds(20)) }
        let (answer, duration) = try await Self.drip("GET /livez HTTP/1.1\r\nHost: x\r\nX: ", "x", api)
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.contains(#""code":"request_timeout""#))
        #expect(duration < .seconds(5))
    }

    @Test func `a body that drips in is given up long before a good one would be`() async throws {
        let api = Self.quick { ($0.idle, $0.request) = (.seconds(20), .seconds(20)) }
        let ada = try await api.bearer()
        let (answer, duration) = try await Self.drip(Self.post(ada), " ", api)
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(duration < .seconds(5))
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test func `a body that comes at a good pace has the whole time, and no more`() async throws {
        let api = Self.quick { ($0.idle, $0.bodyRate) = (.seconds(20), 1) }
        let ada = try await api.bearer()
        let (answer, duration) = try await Self.drip(Self.post(ada), " ", api)
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(duration > .milliseconds(350))
        #expect(duration < .seconds(5))
    }

    @Test(arguments: ["", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n"])
    func `a connection that is silent is closed`(text: String) async throws {
        let answers = Recorder<String>()
        // Long enough for the request to get there first on a busy machine.
        try await Self.quick { ($0.idle, $0.head) = (.seconds(3), .seconds(3)) }.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(text)
            answers.record(try await connection.readToEnd())
            await connection.close()
        }
        let answer = answers.elements[0]
        #expect(answer.hasPrefix(text.hasSuffix("HT") ? "HTTP/1.1 408 " : text.count > 5 ? "HTTP/1.1 200 OK" : ""))
        #expect(!answer.isEmpty || text.count < 5)
    }

    @Test func `a client that never reads loses its connection`() async throws {
        let api = Self.quick()
        let ada = try await api.bearer()
        try await api.fill(ada)
        try await api.live { port in
            let connection = try await RawConnection.open(port, reads: false)
            try await connection.send(ada.largeRequest)
            try await api.lines.wait { $0.contains { $0.message == "connection dropped" } }
            await connection.close()
        }
    }

    @Test func `a client that reads steadily and too slowly loses its connection`() async throws {
        let api = Self.quick { ($0.idle, $0.readRate) = (.seconds(20), 4 << 20) }
        let ada = try await api.bearer()
        try await api.fill(ada)
        try await api.live { port in
            let connection = try await RawConnection.open(port, reads: false)
            try await connection.send(ada.largeRequest)
            try await connection.read(every: .milliseconds(50)) {
                api.lines.elements.contains { $0.message == "connection dropped" }
            }
            await connection.close()
        }
    }

    @Test(arguments: ["", "Connection: close\r\n"])
    func `a client that reads slowly and fast enough gets everything`(field: String) async throws {
        let api = Self.quick { $0.write = .seconds(5) }
        let ada = try await api.bearer()
        try await api.fill(ada)
        try await api.live { port in
            let connection = try await RawConnection.open(port, reads: false)
            try await connection.send(
                "GET /api/v1/jobs?limit=500 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n\(field)\r\n")
            let isHalfClosed = field.isEmpty
            if isHalfClosed { try await connection.finish() }
            try await connection.read(every: .milliseconds(3)) { connection.hasEnded }
            #expect(connection.text.hasSuffix(#""next_cursor":null}"#))
            await connection.close()
        }
    }
}
