import MillraceDomain
import Testing

@testable import MillraceAPI

/// `Expect: 100-continue` (RFC 9110 section 10.1.1).
@Suite(.timeLimit(.minutes(1)))
struct ExpectationTests {
    private static func head(_ token: String, _ fields: String = "Content-Length: 15\r\n") -> String {
        "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/json\r\nExpect: 100-Continue\r\n\(fields)\r\n"
    }

    @Test(arguments: [
        ("Content-Length: 15\r\n", "{\"kind\":\"mail\"}"),
        ("Transfer-Encoding: chunked\r\n", "f\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
    ])
    func `a client that asks before it sends is told to go on`(fields: String, body: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            for count in 1...2 {
                try await connection.send(Self.head(ada.token, fields))
                try await connection.read { $0.ranges(of: "HTTP/1.1 100 Continue\r\n\r\n").count == count }
                try await connection.send(body)
                try await connection.read { $0.ranges(of: "HTTP/1.1 202 Accepted").count == count }
            }
            await connection.close()
        }
    }

    @Test(arguments: [
        ("mr_nobody", "Content-Length: 15\r\n", 401), ("", "Content-Length: 1048577\r\n", 413),
        ("", "Content-Length: 1073741824\r\n", 413), ("", "Content-Length: 15\r\nContent-Encoding: gzip\r\n", 415),
    ])
    func `what can be refused without the body is refused before it is sent`(
        token: String, fields: String, status: Int
    ) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(Self.head(token.isEmpty ? ada.token : token, fields))
            let answer = try await connection.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
            #expect(answer.contains("Connection: close"))
            await connection.close()
        }
    }

    @Test func `a body that comes unasked is taken`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        try await api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(Self.head(ada.token) + "{\"kind\":\"mail\"}")
            try await connection.read { $0.contains("HTTP/1.1 202 Accepted") }
            await connection.close()
        }
    }
}
