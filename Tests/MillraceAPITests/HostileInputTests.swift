import HTTPTypes
import MillraceDomain
import NIOCore
import Testing

@testable import MillraceAPI

struct HostileInputTests {
    private static let id = "00000000-0000-7000-8000-000000000001"
    private static let long = String(repeating: "x", count: 300)

    static let unreadable: [HostileInput] = [
        .text(""), .text(" \n"), .text("{"), .text("}"), .text("nul"), .text("{'kind':'mail'}"), .text("{\"kind\":}"),
        .text(#"{"kind":"mail",}"#), .text(#"{"kind":"mail"} x"#), .text(#"{"kind":"mail"}{"kind":"mail"}"#),
        .text(#"{"kind":"mail","kind":"mail"}"#), .text(#"{"kind":"mail","k\u0069nd":"mail"}"#),
        .text(#"{"kind":"\ud800"}"#), .text("{\"kind\":\"a\u{1}\"}"), .text(#"{"kind":"\x41"}"#),
        .text(#"{"kind":"mail","priority":01}"#), .text(#"{"kind":"mail","priority":+1}"#),
        .text(#"{"kind":"mail","priority":NaN}"#), .text(#"{"kind":"mail","priority":1.}"#),
        .text("// comment\n{}"), .text("\u{FEFF}{}"), .text("kind=mail"),
        .text(String(repeating: "[", count: 100_000)),
        .init(.post, "jobs", bytes: [0x22, 0xFF, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x22, 0xC0, 0xAF, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x7B, 0x00, 0x7D, 0x00], 400, .malformedRequest),
        .init(.post, "jobs/bulk", "[", 400, .malformedRequest),
        .init(.post, "jobs/\(id)/retry", "{", 400, .malformedRequest),
        .init(.post, "jobs/\(id)/cancel", "nope", 400, .malformedRequest),
    ]

    static let jobs: [HostileInput] = [
        .init(.post, "jobs", "[]", 400, .validationFailed, ""),
        .init(.post, "jobs", "null", 400, .validationFailed, ""),
        .init(.post, "jobs", "{}", 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":null}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":7}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"Mail"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"nope"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", "{\"kind\":\"\(long)\"}", 400, .validationFailed, "/kind"),
        .job(#""queue":"A""#, "/queue"), .job(#""queue":"a_b""#, "/queue"), .job(#""queue":"""#, "/queue"),
        .job(#""id":"x""#, "/id"), .job(#""id":1"#, "/id"), .job("\"id\":\"{\(id)}\"", "/id"),
        .job(#""priority":10"#, "/priority"), .job(#""priority":-1"#, "/priority"),
        .job(#""priority":5.5"#, "/priority"), .job(#""priority":"5""#, "/priority"),
        .job(#""priority":1e400"#, "/priority"), .job(#""max_attempts":0"#, "/max_attempts"),
        .job(#""max_attempts":101"#, "/max_attempts"), .job(#""timeout_ms":0"#, "/timeout_ms"),
        .job(#""timeout_ms":86400001"#, "/timeout_ms"), .job(#""timeout_ms":99999999999999999999"#, "/timeout_ms"),
        .job(#""run_at":"tomorrow""#, "/run_at"), .job(#""run_at":1795253400"#, "/run_at"),
        .job(#""run_at":"2026-02-30T00:00:00Z""#, "/run_at"), .job(#""expires_at":"2026-11-21""#, "/expires_at"),
        .job(#""retry":7"#, "/retry"), .job(#""retry":{"base_ms":0}"#, "/retry/base_ms"),
        .job(#""retry":{"x":1}"#, "/retry/x"), .job(#""tags":"a""#, "/tags"), .job(#""tags":[1]"#, "/tags/0"),
        .job(#""tags":["a",""]"#, "/tags/1"), .job(#""tags":["\u0000"]"#, "/tags/0"),
        .job("\"tags\":[\(Array(repeating: "\"a\"", count: 21).joined(separator: ","))]", "/tags"),
        .job(#""metadata":[]"#, "/metadata"), .job(#""metadata":{"a/b":1}"#, "/metadata/a~1b"),
        .job("\"metadata\":{\"a\":\"\(String(repeating: "x", count: 5000))\"}", "/metadata"),
        .job("\"payload\":\"\(String(repeating: "x", count: 262_143))\"", "/payload"),
        .job(#""unique":{"key":""}"#, "/unique/key"), .job(#""ordering_key":"""#, "/ordering_key"),
        .job(#""a~b/c":1"#, "/a~0b~1c"), .job(#""Kind":"mail","state":"dead""#, "/Kind", "/state"),
        .init(.post, "jobs/bulk", "{}", 400, .validationFailed, "/jobs"),
        .init(.post, "jobs/bulk", #"{"jobs":{}}"#, 400, .validationFailed, "/jobs"),
        .init(.post, "jobs/bulk", #"{"jobs":[],"atomic":true}"#, 400, .validationFailed, "/atomic"),
        .init(.post, "jobs/bulk?atomic=1", #"{"jobs":[]}"#, 400, .validationFailed, "atomic"),
        .init(.post, "jobs/\(id)/retry", #"{"force":1}"#, 400, .validationFailed, "/force"),
        .init(.post, "jobs/\(id)/retry", "[]", 400, .validationFailed, ""),
        .init(.post, "jobs/\(id)/cancel", #"{"force":true}"#, 400, .validationFailed, "/force"),
    ]

    static let users: [HostileInput] = [
        .user("{}", "/email", "/name"), .user(#"{"email":"x","name":""}"#, "/email", "/name"),
        .user(#"{"email":"a@b@c.de","name":"x"}"#, "/email"), .user(#"{"email":7,"name":["x"]}"#, "/email", "/name"),
        .user("{\"email\":\"\(long)@example.org\",\"name\":\"x\"}", "/email"),
        .user(#"{"email":"a@example.org","name":"a\u0000"}"#, "/name"),
        .user("{\"email\":\"a@example.org\",\"name\":\"\(long)\"}", "/name"),
        .user(#"{"email":"a@example.org","name":"x","id":"y"}"#, "/id"),
        .init(.patch, "users/\(id)", "[]", 400, .validationFailed, ""),
        .init(.patch, "users/\(id)", #"{"email":null}"#, 400, .validationFailed, "/email"),
        .init(.put, "users/\(id)", #"{"name":"x"}"#, 400, .validationFailed, "/email"),
        .init(.post, "users/\(id)/tokens", "{}", 400, .validationFailed, "/name", "/scopes"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":[]}"#, 400, .validationFailed, "/scopes"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":["root"]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":[1]}"#, 400, .validationFailed, "/scopes/0"),
        .init(.post, "users/\(id)/tokens", #"{"name":"x","scopes":"admin"}"#, 400, .validationFailed, "/scopes"),
        .init(
            .post, "users/\(id)/tokens", #"{"name":"x","scopes":["admin"],"expires_at":"x"}"#, 400, .validationFailed,
            "/expires_at"),
        .init(.post, "queues/default/pause", "7", 400, .validationFailed, ""),
    ]

    static let targets: [HostileInput] = [
        .query("limit=0", "limit"), .query("limit=501", "limit"), .query("limit=-1", "limit"),
        .query("limit=x", "limit"), .query("limit=", "limit"), .query("limit=%2B5", "limit"),
        .query("limit=99999999999999999999", "limit"), .query("limit=5&limit=5", "limit"),
        .query("state=gone", "state"), .query("state=", "state"), .query("state=Dead", "state"),
        .query("queue=A", "queue"), .query("kind=%00", "kind"), .query("tag=", "tag"), .query("tag=\(long)", "tag"),
        .query("ordering_key=%00", "ordering_key"), .query("ordering_key=\(long)", "ordering_key"),
        .query("created_after=yesterday", "created_after"),
        .query("created_before=2026-11-21T10:30:00+01:00", "created_before"),
        .query("cursor=x", "cursor"), .query("offset=5", "offset"), .query("Limit=5", "Limit"),
        .query("%zz=1", "%zz"), .query("tag=%ff", "tag"), .query("tag=%f", "tag"),
        .query("a=1&limit=0&state=x", "state", "limit", "a"),
        .init(.get, "users?email=x", nil, 400, .validationFailed, "email"),
        .init(.get, "users?q=x", nil, 400, .validationFailed, "q"),
        .init(.get, "dead-letters?state=dead", nil, 400, .validationFailed, "state"),
        .init(.get, "kinds?x=1", nil, 400, .validationFailed, "x"),
        .init(.get, "jobs/\(id)?wait=5", nil, 400, .validationFailed, "wait"),
        .init(.post, "jobs?atomic=true", #"{"kind":"mail"}"#, 400, .validationFailed, "atomic"),
        .init(.get, "jobs/x", nil, 400, .validationFailed, "id"),
        .init(.get, "jobs/\(id)0", nil, 400, .validationFailed, "id"),
        .init(.get, "jobs/%00", nil, 400, .validationFailed, "id"),
        .init(.post, "jobs/x/cancel", nil, 400, .validationFailed, "id"),
        .init(.get, "users/me", nil, 400, .validationFailed, "id"),
        .init(.delete, "users/\(id)/tokens/x", nil, 400, .validationFailed, "token_id"),
        .init(.get, "queues/A", nil, 400, .validationFailed, "name"),
        .init(.post, "queues/a%2Fb/pause", nil, 400, .validationFailed, "name"),
        .init(.get, "jobs?tag=\(String(repeating: "x", count: 9000))", nil, 414, .targetTooLong),
        .init(.get, "/\(String(repeating: "x", count: 9000))", nil, 414, .targetTooLong),
    ]

    static let fields: [HostileInput] = [
        .init(.post, "jobs", "{}", headers: [.contentType: "text/plain"], 415, .unsupportedMediaType),
        .init(.post, "jobs", "{}", headers: [.contentType: ""], 415, .unsupportedMediaType),
        .init(.post, "jobs", "{}", headers: [.contentType: "json"], 415, .unsupportedMediaType),
        .init(
            .post, "jobs", "{}", headers: [.contentType: "application/x-www-form-urlencoded"], 415,
            .unsupportedMediaType),
        .init(
            .post, "jobs", "{}", headers: [.contentType: "application/json; charset=utf-16"], 415,
            .unsupportedMediaType),
        .init(
            .post, "jobs", "{}", headers: [.contentType: "application/json", .contentEncoding: "gzip"], 415,
            .unsupportedMediaType),
        .init(
            .put, "users/\(id)", "{}", headers: [.contentType: "application/merge-patch+json"], 415,
            .unsupportedMediaType),
        .init(.post, "jobs/\(id)/retry", "{}", headers: [.contentType: "text/plain"], 415, .unsupportedMediaType),
        .init(.get, "jobs", nil, headers: [.accept: "text/html"], 406, .notAcceptable),
        .init(.get, "jobs", nil, headers: [.accept: "application/json;q=0"], 406, .notAcceptable),
        .init(.get, "/problems", nil, headers: [.accept: "application/json"], 406, .notAcceptable),
        .init(.get, "jobs", nil, headers: [.host: "other"], 400, .malformedRequest),
        .init(.post, "jobs", String(repeating: " ", count: 1_048_577), 413, .bodyTooLarge),
    ]

    @Test(arguments: unreadable + jobs + users + targets + fields)
    func `it is refused with the right problem`(input: HostileInput) async throws {
        let api = TestAPI()
        let admin = try await api.bearer("admin", [.admin])
        var headers = input.headers
        headers[.authorization] = "Bearer \(admin.token)"
        headers[.requestID] = "test"
        if input.body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let reply = try await api.send(
            input.method, input.target, headers, input.body.map { ByteBuffer(bytes: $0) })
        #expect(reply.status == input.status)
        #expect(reply["code"] == input.code)
        #expect(reply.pointers == input.pointers)
        #expect(reply.headers[.contentType] == "application/problem+json")
        #expect(reply["request_id"] == "test")
    }

    @Test func `there are more than enough of them`() {
        #expect((Self.unreadable + Self.jobs + Self.users + Self.targets + Self.fields).count >= 80)
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=UTF-8", "application/json;charset=\"utf-8\"",
    ])
    func `JSON is JSON however its type is spelt`(type: String) async throws {
        let api = TestAPI()
        let ada = try await api.bearer()
        let reply = try await api.call(
            .post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#, headers: [.contentType: type])
        #expect(reply.status == 202)
    }
}
