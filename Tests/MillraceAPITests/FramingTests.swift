import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// What is sent instead of a request, byte by byte, and the one answer to it.
@Suite(.timeLimit(.minutes(2)))
struct FramingTests {
    /// What a connection says to a text, until it is closed. A good request is served after it.
    static func exchange(_ text: String, _ api: TestAPI = TestAPI()) async throws -> String {
        let answers = Recorder<String>()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            // A connection that is closed meanwhile takes no more.
            try? await connection.send(text)
            answers.record(try await connection.readToEnd())
            await connection.close()
            let next = try await RawConnection.open(port)
            try await next.send("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await next.readToEnd().hasPrefix("HTTP/1.1 200 OK"))
        }
        return answers.elements[0]
    }

    @Test(arguments: HostileRequest.all)
    func `a request that can be read in two ways is refused, and the connection ends`(
        request: HostileRequest
    ) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let answer = try await Self.exchange(request.text(ada.token), api)
        #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(answer.prefix(300))")
        #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        #expect(answer.contains("\"code\":\"\(request.code.rawValue)\""))
        #expect(answer.contains("application/problem+json"))
        #expect(answer.contains("Connection: close") || answer.contains("connection: close"))
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test(arguments: [
        ("an empty line before it", "\r\n\r\nPOST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n"),
        ("a length with blanks", "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: \t 15 \r\n"),
        ("no blank after the colon", "POST /api/v1/jobs HTTP/1.1\r\nHost:x\r\nContent-Length:15\r\n"),
        ("the whole URI", "POST http://x/api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n"),
        ("an address with a port", "POST /api/v1/jobs HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 15\r\n"),
        ("a name with a port", "POST /api/v1/jobs HTTP/1.1\r\nHost: a-b.example:8080\r\nContent-Length: 15\r\n"),
        ("an offer to upgrade", "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nContent-Length: 15\r\n"),
        ("the last one", "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: Close\r\nContent-Length: 15\r\n"),
    ])
    func `what is unusual and clear is taken`(name: String, head: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let fields = "Authorization: Bearer \(ada.token)\r\nContent-Type: application/json\r\n"
        // Whatever else comes on the connection is another request, or nothing where that one was to be the last.
        let answer = try await Self.exchange(
            head + fields + "\r\n{\"kind\":\"mail\"}GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", api)
        #expect(answer.hasPrefix("HTTP/1.1 202 Accepted"))
        let isLast = head.contains("Upgrade") || head.contains("Close")
        #expect(answer.ranges(of: "HTTP/1.1 ").count == (isLast ? 1 : 2))
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.count == 1)
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked\r\n\r\nf\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n",
        "Transfer-Encoding: CHUNKED\r\n\r\nF;a=b;c=\"d\"\r\n{\"kind\":\"mail\"}\r\n0;e\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n000f\r\n{\"kind\":\"mail\"}\r\n000\r\nX-Trailer: y\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\ne\r\n\"kind\":\"mail\"}\r\n0\r\n\r\n",
    ])
    func `a body in pieces is taken`(rest: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let answer = try await Self.exchange(
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
                + "Content-Type: application/json\r\n\(rest)GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            api)
        #expect(answer.hasPrefix("HTTP/1.1 202 Accepted"))
        #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 1)
    }

    @Test(arguments: [
        "GET /livez HTTP/1.0\r\n\r\n", "GET /livez HTTP/1.0\r\nHost: x\r\n\r\n",
        "GET /livez HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
        "GET /livez HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    ])
    func `a client of HTTP slash 1 dot 0 gets one answer`(text: String) async throws {
        let answer = try await Self.exchange("\(text)GET /livez HTTP/1.0\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(answer.contains("Connection: close"))
        #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
    }

    @Test func `what comes after a good request is refused after its answer`() async throws {
        let answer = try await Self.exchange(
            "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\ngarbage\r\n\r\n")
        #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 2)
        #expect(answer.ranges(of: "HTTP/1.1 400 Bad Request").count == 1)
        #expect(answer.hasSuffix("}"))
        #expect(answer.contains(#""code":"malformed_request""#))
    }

    @Test func `a request that breaks off is refused`() async throws {
        try await TestAPI().live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\nX-")
            try await connection.finish()
            #expect(try await connection.readToEnd().hasPrefix("HTTP/1.1 400 "))
        }
    }
}
