import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct IdempotencyTests {
    private let api = TestAPI()

    private func post(
        _ path: String, _ bearer: TestAPI.Bearer, _ body: String, key: String = "\"k\""
    ) async throws -> Reply {
        try await api.call(.post, "/api/v1/\(path)", as: bearer, body, headers: [.idempotencyKey: key])
    }

    private static let requests = [
        ("users", #"{"email":"new@example.org","name":"New"}"#, 201),
        ("jobs", #"{"kind":"mail","payload":{"n" : 1.0}}"#, 202),
        ("jobs/bulk", #"{"jobs":[{"kind":"mail"},{"kind":"no.such"},{"kind":"mail"}]}"#, 200),
        ("jobs/bulk?atomic=true", #"{"jobs":[{"kind":"mail"},{"kind":"mail"}]}"#, 200),
    ]

    @Test(arguments: requests)
    func `a repeated request gets status, headers and body of the first, and nothing is done`(
        _ path: String, _ body: String, _ status: Int
    ) async throws {
        let admin = try await api.bearer("admin", [.admin])
        let first = try await post(path, admin, body)
        #expect(first.status == status, "\(first.body)")
        #expect(first.headers[.idempotencyReplayed] == nil)
        let hints = api.dispatcher.hints.count
        api.clock.advance(by: .seconds(3600))
        let again = try await post(path, admin, " \(body)\n", key: "k")
        #expect(again.status == status)
        #expect(again.body == first.body)
        #expect(again.headers[.idempotencyReplayed] == "true")
        for name in [HTTPField.Name.location, .eTag, .contentType, .cacheControl] {
            #expect(again.headers[name] == first.headers[name], "\(name)")
        }
        #expect(api.dispatcher.hints.count == hints)
        let jobs = try await api.call(.get, "/api/v1/jobs", as: admin)
        #expect(jobs.items.count == ["users": 0, "jobs": 1][path] ?? 2)
    }

    @Test(arguments: requests)
    func `another body under the same key is refused, also one that is wrong`(
        _ path: String, _ body: String, _ status: Int
    ) async throws {
        let admin = try await api.bearer("admin", [.admin])
        #expect(try await post(path, admin, body).status == status)
        for other in [body.replacing("mail", with: "hook").replacing("New", with: "Old"), "{}", #"{"jobs":[]}"#] {
            let reply = try await post(path, admin, other)
            #expect(reply.status == 422, "\(reply.body)")
            #expect(reply["code"] == "idempotency_mismatch")
        }
        let elsewhere = try await post("jobs", admin, #"{"kind":"hook"}"#, key: "other")
        #expect(elsewhere.status == 202)
    }

    @Test func `with and without atomic are two requests`() async throws {
        let ada = try await api.bearer()
        let body = #"{"jobs":[{"kind":"mail"}]}"#
        #expect(try await post("jobs/bulk", ada, body).status == 200)
        #expect(try await post("jobs/bulk?atomic=true", ada, body).status == 422)
    }

    @Test func `a request that was refused may be corrected under its key`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let refusals = [
            ("users", #"{"email":"admin@example.org","name":"x"}"#, 409, #"{"email":"b@example.org","name":"x"}"#),
            ("jobs", #"{"kind":"no.such"}"#, 400, #"{"kind":"mail"}"#),
            ("jobs/bulk", #"{"jobs":[{"kind":"no.such"}]}"#, 200, #"{"jobs":[{"kind":"mail"}]}"#),
            (
                "jobs/bulk?atomic=true", #"{"jobs":[{"kind":"mail"},{"kind":"no.such"}]}"#, 400,
                #"{"jobs":[{"kind":"mail"}]}"#
            ),
        ]
        for (index, (path, wrong, status, right)) in refusals.enumerated() {
            let refused = try await post(path, admin, wrong, key: "\(index)")
            #expect(refused.status == status, "\(refused.body)")
            let corrected = try await post(path, admin, right, key: "\(index)")
            #expect((200..<300).contains(corrected.status), "\(corrected.body)")
            #expect(corrected.headers[.idempotencyReplayed] == nil)
        }
    }

    @Test func `a key is its owner's`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        for bearer in [ada, bob] {
            let reply = try await post("jobs", bearer, #"{"kind":"mail"}"#)
            #expect(reply.status == 202 && reply["owner_id"] == bearer.user.id.description)
        }
    }

    @Test func `a job that is there already is a reply to keep`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada) { $0.unique = UniqueClaim(key: "u") }
        let body = #"{"kind":"mail","unique":{"key":"u"}}"#
        let first = try await post("jobs", ada, body)
        #expect(first.status == 200 && first["id"] == job.id.description)
        try await api.succeed(job.id)
        let again = try await post("jobs", ada, body)
        #expect(again.body == first.body && again.headers[.idempotencyReplayed] == "true")
    }

    @Test(
        arguments: [
            ("", nil), ("\"\"", nil), ("\"open", nil), ("\"a\" \"b\"", nil), ("\"a\", \"b\"", nil), ("a b", nil),
            ("a,b", nil), ("a\"b", nil), ("\"a\\b\"", nil), ("\"a\";v=1", nil), ("é", nil),
            (String(repeating: "x", count: 256), nil), ("\"\(String(repeating: "x", count: 256))\"", nil),
            ("a", "a"), ("\"a\"", "a"), (" \"a b\" ", "a b"), (#""\"\\""#, #""\"#),
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            ("\"\(String(repeating: "x", count: 255))\"", String(repeating: "x", count: 255)),
        ] as [(String, String?)])
    func `a key is one string of structured fields, or its content alone`(_ field: String, _ key: String?) async throws
    {
        #expect((try? IdempotencyKey(field: field))?.text == key)
    }

    @Test func `a bad key is a bad request`() async throws {
        let ada = try await api.bearer()
        let reply = try await post("jobs", ada, #"{"kind":"mail"}"#, key: "a b")
        #expect(reply.status == 400 && reply.pointers == ["Idempotency-Key"], "\(reply.body)")
        #expect(try await api.call(.get, "/api/v1/jobs", as: ada).items.isEmpty)
    }

    @Test func `whoever holds the unique key is named`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada) { $0.unique = UniqueClaim(key: "u") }
        let reply = try await api.call(
            .post, "/api/v1/jobs", as: ada, #"{"kind":"mail","unique":{"key":"u","on_conflict":"reject"}}"#)
        #expect(
            reply.body == """
                {"type":"/problems/unique_conflict","title":"Unique key held","status":409,\
                "detail":"The job \(job.id) has this unique key.","instance":"/api/v1/jobs","code":"unique_conflict",\
                "request_id":"test","job_id":"\(job.id)"}
                """)
        let bulk = try await api.call(
            .post, "/api/v1/jobs/bulk", as: ada,
            #"{"jobs":[{"kind":"mail","unique":{"key":"u"}},"#
                + #"{"kind":"mail","unique":{"key":"u","on_conflict":"reject"}}]}"#
        )
        #expect(bulk.body.contains(#""index":0,"status":200"#) && bulk.body.contains(#""index":1,"status":409"#))
    }
}
