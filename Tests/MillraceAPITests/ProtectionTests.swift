import HTTPTypes
import MillraceDomain
import Testing

@testable import MillraceAPI

/// What every answer says to browsers, and which pages from elsewhere may ask.
@Suite(.timeLimit(.minutes(1)))
struct ProtectionTests {
    private static let page = "https://app.example.org"
    private static let fields: [HTTPField.Name] = [
        .accessControlAllowOrigin, .accessControlAllowMethods, .accessControlAllowHeaders,
        .accessControlAllowCredentials, .accessControlExposeHeaders, .accessControlMaxAge, .vary,
    ]

    private static func api() -> TestAPI { TestAPI { $0.origins = [page, "http://localhost:3000"] } }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/livez", 200), (.get, "/readyz", 200), (.get, "/docs", 200),
        (.get, "/openapi.yaml", 200),
        (.get, "/problems", 200), (.get, "/problems/not_found", 200), (.get, "/nothing", 404), (.put, "/livez", 405),
        (.get, "/api/v1/jobs", 401), (.head, "/livez", 200), (.options, "/livez", 405),
    ])
    func `every answer protects its reader`(method: HTTPRequest.Method, path: String, status: Int) async throws {
        let reply = try await TestAPI().call(method, path)
        #expect(reply.status == status)
        try Self.expectProtection(reply.headers)
        for name in Self.fields { #expect(reply.headers[name] == nil) }
    }

    @Test func `answers without a body do too, and those that were kept`() async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let found = try await api.call(.get, "/api/v1/jobs/\(job.id)", as: ada)
        try Self.expectProtection(found.headers)
        #expect(found.headers[.cacheControl] == "private, no-cache")
        let tag = try #require(found.headers[.eTag])
        let unchanged = try await api.call(.get, "/api/v1/jobs/\(job.id)", as: ada, headers: [.ifNoneMatch: tag])
        #expect(unchanged.status == 304)
        try Self.expectProtection(unchanged.headers)
        for _ in 1...2 {
            let made = try await api.call(
                .post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#, headers: [.idempotencyKey: "a"])
            #expect(made.status == 202)
            try Self.expectProtection(made.headers)
        }
    }

    @Test(arguments: ["garbage\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n"])
    func `answers that a connection gives by itself do too`(text: String) async throws {
        let answer = try await FramingTests.exchange(text)
        let lines = Set(answer.split(separator: "\r\n").map(String.init))
        #expect(lines.contains("X-Content-Type-Options: nosniff"))
        #expect(lines.contains("Referrer-Policy: no-referrer"))
        #expect(lines.contains("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"))
        #expect(lines.contains("Cache-Control: no-store"))
    }

    private static func expectProtection(_ headers: HTTPFields) throws {
        #expect(headers[values: .xContentTypeOptions] == ["nosniff"])
        #expect(headers[values: .referrerPolicy] == ["no-referrer"])
        #expect(headers[values: .crossOriginResourcePolicy] == ["same-origin"])
        #expect(headers[values: .cacheControl].count == 1)
        let policies = headers[values: .contentSecurityPolicy]
        let policy = try #require(policies.first)
        #expect(policies.count == 1)
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(policy.hasSuffix("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("*"))
    }

    @Test(arguments: [
        "https://evil.example", "https://app.example.org.evil.example", "https://app.example.org:8443",
        "http://app.example.org", "HTTPS://APP.EXAMPLE.ORG", "https://app.example.org/", "null", "*", "",
        "https://app.example.org, https://evil.example",
    ])
    func `a page that is not on the list gets nothing, and caches know`(origin: String) async throws {
        let api = Self.api()
        let reply = try await api.call(.get, "/livez", headers: [.origin: origin])
        #expect(reply.status == 200)
        #expect(reply.headers[.vary] == "Origin")
        for name in Self.fields where name != .vary { #expect(reply.headers[name] == nil) }
        let asked = try await api.call(
            .options, "/api/v1/jobs", headers: [.origin: origin, .accessControlRequestMethod: "POST"])
        #expect(asked.status == 405)
        for name in Self.fields where name != .vary { #expect(asked.headers[name] == nil) }
    }

    @Test(arguments: [page, "http://localhost:3000"])
    func `a page on the list may read answers, good and bad`(origin: String) async throws {
        let api = Self.api()
        for (path, status) in [("/livez", 200), ("/api/v1/jobs", 401), ("/nothing", 404)] {
            let reply = try await api.call(.get, path, headers: [.origin: origin])
            #expect(reply.status == status)
            #expect(reply.headers[.accessControlAllowOrigin] == origin)
            #expect(reply.headers[.accessControlExposeHeaders]?.contains("X-Request-Id") == true)
            #expect(reply.headers[.accessControlAllowCredentials] == nil)
            #expect(reply.headers[.vary] == "Origin")
        }
    }

    @Test func `a browser that asks is told what a page may send, without a token`() async throws {
        let api = Self.api()
        let reply = try await api.call(
            .options, "/api/v1/jobs",
            headers: [
                .origin: Self.page, .accessControlRequestMethod: "POST",
                .accessControlRequestHeaders: "authorization,content-type",
            ])
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
        #expect(reply.headers[.accessControlAllowOrigin] == Self.page)
        #expect(reply.headers[.accessControlAllowMethods] == "GET, HEAD, POST")
        #expect(reply.headers[.accessControlAllowHeaders]?.contains("Authorization, Content-Type") == true)
        #expect(reply.headers[.accessControlMaxAge] == "600")
        #expect(
            try await api.call(
                .options, "/nothing",
                headers: [
                    .origin: Self.page, .accessControlRequestMethod: "GET",
                ]
            ).status == 404)
        #expect(try await api.call(.options, "/api/v1/jobs", headers: [.origin: Self.page]).status == 405)
    }
}
