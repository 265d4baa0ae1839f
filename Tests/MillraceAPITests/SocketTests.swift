import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
    /// Sends bytes and gives what comes until the server closes.
    private func exchange(_ api: TestAPI, _ text: String) async throws -> String {
        let answers = Recorder<String>()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(text)
            answers.record(try await connection.readToEnd())
            await connection.close()
        }
        return answers.elements[0]
    }

    @Test func `a connection serves one request after another`() async throws {
        try await TestAPI().live { port in
            let connection = try await RawConnection.open(port)
            for count in 1...3 {
                try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                try await connection.read { $0.ranges(of: #"{"status":"ok"}"#).count == count }
            }
            try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await connection.readToEnd().ranges(of: "HTTP/1.1 200 OK").count == 4)
        }
    }

    @Test func `answers without a body leave the connection usable`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let tag = try #require(try await api.call(.get, "/api/v1/jobs/\(job.id)", as: ada).headers[.eTag])
        let token = try await api.store.list(userID: ada.user.id)[0]
        let spare = try await api.token(for: ada.user, TestAPI.ordinary)
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            let rest = "HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(spare.token)\r\n"
            try await connection.send("HEAD /api/v1/jobs \(rest)\r\n")
            try await connection.read { $0.contains("200 OK") && $0.hasSuffix("\r\n\r\n") }
            try await connection.send("GET /api/v1/jobs/\(job.id) \(rest)If-None-Match: \(tag)\r\n\r\n")
            let unchanged = try await connection.read { $0.contains("304 Not Modified") && $0.hasSuffix("\r\n\r\n") }
            #expect(!unchanged.contains("Content-Length: 0"))
            try await connection.send("DELETE /api/v1/users/\(ada.user.id)/tokens/\(token.id) \(rest)\r\n")
            let deleted = try await connection.read { $0.contains("204 No Content") && $0.hasSuffix("\r\n\r\n") }
            #expect(!deleted.contains("Content-Length: 0"))
            try await connection.send("GET /livez \(rest)\r\n")
            try await connection.read { $0.hasSuffix(#"{"status":"ok"}"#) }
            await connection.close()
        }
    }

    @Test func `a body declared too long is refused before it is sent`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let answer = try await exchange(
            api,
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
                + "Content-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains(#""code":"body_too_large""#))
    }

    @Test func `a body that grows too long is refused while it comes`() async throws {
        let api = TestAPI { $0.limits.maxBodyBytes = 1000 }
        let ada = try await api.bearer()
        let answer = try await exchange(
            api,
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "64\r\n\(String(repeating: " ", count: 100))\r\n", count: 11))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains("Connection: close"))
    }

    @Test(arguments: [
        ("Content-Length: 40", #"{"kind":"mail"}"#), ("Transfer-Encoding: chunked", "f\r\n{\"kind\":\"mail\"}\r\n"),
    ])
    func `a body that breaks off is not taken for a whole one`(framing: String, body: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(
                "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n"
                    + "Content-Type: application/json\r\n\(framing)\r\n\r\n\(body)")
            await connection.close()
            try await api.lines.wait { $0.contains { $0.message == "request served" } }
        }
        #expect(try await api.store.list(JobFilter(), page: PageRequest()).items.isEmpty)
    }

    @Test func `an answer that does not begin in time is given up`() async throws {
        let store = HangingJobs()
        let api = TestAPI(jobs: store) { $0.connection.answer = .milliseconds(300) }
        let ada = try await api.bearer()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(
                "GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(ada.token)\r\n\r\n")
            let answer = try await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains(#""detail":"It took too long.""#))
            await connection.close()
            store.letGo()
        }
    }
}

extension TestAPI {
    /// Stores more than the buffers of two sockets hold.
    func fill(_ owner: Bearer) async throws {
        for _ in 0..<100 { try await submit(owner) { $0.payload = .large(bytes: 250_000) } }
    }
}

extension TestAPI.Bearer {
    /// Asks for all of that.
    var largeRequest: String {
        "GET /api/v1/jobs?limit=500 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }
}
