import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// More connections than there may be.
@Suite(.timeLimit(.minutes(1)))
struct CrowdTests {
    private static let good = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"

    private static func api(_ adjust: @escaping (inout APISettings) -> Void = { _ in }) -> TestAPI {
        TestAPI { settings in
            settings.maxConnections = 2
            settings.connection.crowded = .seconds(30)
            settings.connection.idle = .seconds(30)
            adjust(&settings)
        }
    }

    /// Opens connections that are known to be served.
    private static func occupy(_ port: Int, _ count: Int) async throws -> [RawConnection] {
        var connections: [RawConnection] = []
        for _ in 0..<count {
            let connection = try await RawConnection.open(port)
            try await connection.send(good)
            try await connection.read { $0.contains("200 OK") }
            connections.append(connection)
        }
        return connections
    }

    @Test func `one connection too many is told so`() async throws {
        try await Self.api().live { port in
            let others = try await Self.occupy(port, 2)
            let extra = try await RawConnection.open(port)
            try await extra.send("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try await extra.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains(#""code":"unavailable""#))
            #expect(answer.contains("Retry-After: 1"))
            for other in others {
                try await other.send(Self.good)
                try await other.read { $0.ranges(of: "200 OK").count == 2 }
                await other.close()
            }
        }
    }

    @Test func `a probe is answered all the same, once`() async throws {
        try await Self.api().live { port in
            let others = try await Self.occupy(port, 2)
            let probe = try await RawConnection.open(port)
            try await probe.send(Self.good)
            let answer = try await probe.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            #expect(answer.contains("Connection: close"))
            for other in others { await other.close() }
        }
    }

    @Test func `when one leaves there is room`() async throws {
        try await Self.api().live { port in
            let others = try await Self.occupy(port, 2)
            #expect(try await Self.isRefused(port))
            await others[0].close()
            // The server learns of it a little later than we do.
            while try await Self.isRefused(port) {}
            await others[1].close()
        }
    }

    private static func isRefused(_ port: Int) async throws -> Bool {
        let connection = try await RawConnection.open(port)
        try await connection.send("GET /problems HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = try await connection.readToEnd()
        await connection.close()
        return answer.hasPrefix("HTTP/1.1 503 ")
    }

    @Test func `idle connections make room`() async throws {
        try await Self.api { $0.connection.crowded = .milliseconds(300) }.live { port in
            let idle = try await Self.occupy(port, 2)
            while try await Self.isRefused(port) {}
            #expect(idle.contains { $0.hasEnded })
        }
    }

    @Test func `while too much is kept for clients, one that takes nothing is cut off first`() async throws {
        let api = TestAPI { settings in
            settings.maxUnsentBytes = 1 << 20
            settings.connection.heavy = .milliseconds(400)
        }
        let ada = try await api.bearer()
        try await api.fill(ada)
        try await api.live { port in
            let deaf = try await RawConnection.open(port, reads: false)
            try await deaf.send(ada.largeRequest)
            try await api.lines.wait { $0.contains { $0.message == "connection dropped" } }
            await deaf.close()
        }
    }
}
