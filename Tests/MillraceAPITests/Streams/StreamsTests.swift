import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// Requests by HTTP/2, each on a stream of its own.
@Suite(.timeLimit(.minutes(2)))
struct StreamsTests {
    private static func isServed(_ port: Int, _ folder: CertificateFolder) async throws -> Bool {
        let connection = try await FrameConnection.open(port, folder)
        try await connection.send(Frame.head(1))
        let status = try await connection.status(1)
        await connection.close()
        return status == "200"
    }

    @Test func `an answer has all that protects browsers, and nothing of HTTP/1`() async throws {
        let secure = try await SecureAPI()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            try await connection.send(Frame.head(1), Frame.head(3, Frame.request("GET", "/nothing")))
            for (stream, status) in [(1, "200"), (3, "404")] {
                let fields = try await connection.answer(stream)
                let names = Set(fields.map(\.0))
                #expect(fields.contains { $0 == (":status", status) })
                #expect(fields.contains { $0 == ("x-content-type-options", "nosniff") })
                #expect(
                    names.isSuperset(of: [
                        "content-security-policy", "referrer-policy", "cross-origin-resource-policy", "cache-control",
                        "x-request-id",
                    ]))
                #expect(names.isDisjoint(with: ["connection", "keep-alive", "transfer-encoding"]))
            }
            await connection.close()
        }
    }

    @Test(arguments: HostileStream.all)
    func `a head that is not right has one answer, and the connection goes on`(input: HostileStream) async throws {
        let secure = try await SecureAPI()
        let ada = try await secure.api.bearer()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            try await connection.send(Frame.head(1, input.fields(ada.token)))
            if let status = input.status {
                #expect(try await connection.status(1) == "\(status)")
            } else {
                #expect(try await connection.frame(.resetStream, 1).errorCode == 1)
            }
            try await connection.send(Frame.head(3))
            #expect(try await connection.status(3) == "200")
            await connection.close()
        }
        #expect(try await secure.api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a large body is refused before it has come, and the connection goes on`(isDeclared: Bool) async throws {
        let secure = try await SecureAPI {
            ($0.connection.maxBodyBytes, $0.limits.maxBodyBytes) = (10_000, 10_000)
        }
        let ada = try await secure.api.bearer()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let length = isDeclared ? [("content-length", "20000")] : []
            try await connection.send(
                Frame.head(
                    1,
                    Frame.request("POST", "/api/v1/jobs", ada.token, [("content-type", "application/json")] + length),
                    ends: false))
            if !isDeclared { try await connection.send(Frame.data(1, 10_000), Frame.data(1, 10_000)) }
            #expect(try await connection.status(1) == "413")
            // Enough has been heard, and nothing is wrong with the answer.
            #expect(try await connection.frame(.resetStream, 1).errorCode == 0)
            try await connection.send(Frame.head(3))
            #expect(try await connection.status(3) == "200")
            await connection.close()
        }
    }

    @Test(arguments: Flood.all)
    func `a flood of cheap frames ends its connection, and the next one is served`(flood: Flood) async throws {
        let secure = try await SecureAPI { $0.maxConnections = 150 }
        try await secure.api.live { port in
            for _ in 0..<3 {
                let connection = try await FrameConnection.open(port, secure.folder)
                // It is closed before all has gone out.
                try? await connection.send(flood.bytes())
                try await connection.end()
                await connection.close()
                #expect(try await Self.isServed(port, secure.folder))
            }
        }
    }

    @Test func `more streams at once than there may be are not begun`() async throws {
        let secure = try await SecureAPI()
        let ada = try await secure.api.bearer()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let fields = Frame.request("POST", "/api/v1/jobs", ada.token, [("content-type", "application/json")])
            // It is closed before all has gone out.
            try? await connection.send(try (0..<300).flatMap { try Frame.head(2 * $0 + 1, fields, ends: false).bytes })
            try await connection.end()
            #expect(!connection.arrivals.contains { $0.frame.kind == .headers })
        }
    }

    @Test func `there may be as many streams at all as connections`() async throws {
        let secure = try await SecureAPI { ($0.maxConnections, $0.connection.crowded) = (3, .seconds(30)) }
        let ada = try await secure.api.bearer()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let fields = Frame.request("POST", "/api/v1/jobs", ada.token, [("content-type", "application/json")])
            for stream in [1, 3, 5] { try await connection.send(Frame.head(stream, fields, ends: false)) }
            try await connection.send(Frame.head(7, Frame.request("GET", "/api/v1/jobs", ada.token)))
            #expect(try await connection.answer(7).contains { $0 == ("retry-after", "1") })
            #expect(try await connection.status(7) == "503")
            try await connection.send(Frame.head(9))
            #expect(try await connection.status(9) == "200")
            try await connection.send(Frame.reset(1), Frame.reset(3))
            // A stream that is taken back is counted off a turn of the event loop later.
            var statuses: [String?] = []
            for stream in stride(from: 11, to: 111, by: 2) where statuses.last != "200" {
                try await connection.send(Frame.head(stream, Frame.request("GET", "/api/v1/jobs", ada.token)))
                statuses.append(try await connection.status(stream))
            }
            #expect(statuses.last == "200" && statuses.dropLast().allSatisfy { $0 == "503" })
            await connection.close()
        }
    }

    @Test func `a request that does not come in time is told so, and the connection goes on`() async throws {
        let secure = try await SecureAPI { $0.connection.request = .milliseconds(600) }
        let ada = try await secure.api.bearer()
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let fields = Frame.request("POST", "/api/v1/jobs", ada.token, [("content-type", "application/json")])
            try await connection.send(Frame.head(1, fields, ends: false), Frame.data(1, 10))
            #expect(try await connection.status(1) == "408")
            #expect(try await connection.frame(.resetStream, 1).errorCode == 0)
            try await connection.send(Frame.head(3))
            #expect(try await connection.status(3) == "200")
            await connection.close()
        }
    }

    @Test func `a client that takes nothing of an answer loses its stream`() async throws {
        let secure = try await SecureAPI { $0.connection.write = .milliseconds(600) }
        let ada = try await secure.api.bearer()
        try await secure.api.fill(ada)
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            // It gives no leave for more than the first 64 KiB of the connection, which a ping needs not.
            try await connection.send(Frame.head(1, Frame.request("GET", "/api/v1/jobs?limit=500", ada.token)))
            _ = try await connection.frame(.resetStream, 1)
            #expect(secure.api.lines.elements.contains { $0.message == "connection dropped" })
            try await connection.send(Frame(kind: .ping, payload: Array(repeating: 7, count: 8)))
            #expect(try await connection.frame(.ping).payload == Array(repeating: 7, count: 8))
            await connection.close()
        }
    }

    @Test func `an idle connection ends in time, whatever its client says to that`() async throws {
        let secure = try await SecureAPI {
            ($0.connection.idle, $0.connection.linger) = (.milliseconds(600), .milliseconds(200))
        }
        try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            #expect(try await connection.frame(.goAway).errorCode == 0)
            try await connection.end()
        }
    }

    @Test func `idle connections do not hold a stop`() async throws {
        let secure = try await SecureAPI {
            ($0.connection.idle, $0.connection.drain) = (.seconds(60), .seconds(20))
        }
        let duration = try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            try await connection.send(Frame.head(1))
            #expect(try await connection.status(1) == "200")
        }
        #expect(duration < .seconds(8))
    }

    @Test func `a request under way is finished when the process stops, and nothing more begins`() async throws {
        let secure = try await SecureAPI { $0.connection.drain = .seconds(20) }
        let ada = try await secure.api.bearer()
        let job = try await secure.api.submit(ada)
        let connections = Recorder<FrameConnection>()
        let duration = try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let fields = Frame.request("GET", "/api/v1/jobs/\(job.id)", ada.token, [("prefer", "wait=60")])
            try await connection.send(Frame.head(1, fields))
            while secure.api.api.watcher.waiterCount == 0 { await Task.yield() }
            connections.record(connection)
        }
        let connection = connections.elements[0]
        #expect(try await connection.status(1) == "200")
        #expect(try await connection.frame(.goAway).errorCode == 0)
        try await connection.end()
        #expect(duration < .seconds(8))
    }

    @Test func `a half-sent request holds a stop no longer than it may`() async throws {
        let secure = try await SecureAPI { $0.connection.drain = .seconds(1) }
        let ada = try await secure.api.bearer()
        let duration = try await secure.api.live { port in
            let connection = try await FrameConnection.open(port, secure.folder)
            let fields = Frame.request(
                "POST", "/api/v1/jobs", ada.token, [("content-type", "application/json"), ("expect", "100-continue")])
            try await connection.send(Frame.head(1, fields, ends: false))
            #expect(try await connection.status(1) == "100")
        }
        #expect(duration < .seconds(8))
    }
}
