import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct AuditRoutesTests {
    let api = TestAPI()

    private func actions(_ query: String = "", as admin: TestAPI.Bearer) async throws -> [String] {
        let reply = try await api.call(.get, "/api/v1/audit?limit=500\(query)", as: admin)
        #expect(reply.status == 200)
        return reply.member("items")?.elements?.compactMap { $0["action"]?.string } ?? []
    }

    @Test func `an entry tells who did what to what, when and in which request`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let token = try #require(try await api.store.list(userID: admin.user.id).first)
        api.clock.advance(by: .seconds(1))
        let paused = try await api.call(
            .post, "/api/v1/queues/mail/pause", as: admin, headers: [.requestID: "request-7"])
        #expect(paused.status == 200)
        let reply = try await api.call(.get, "/api/v1/audit?action=queue.pause", as: admin)
        let id = try #require(reply.member("items")?.elements?.first?["id"]?.string)
        #expect(
            reply.body == """
                {"items":[{"id":"\(id)","at":"2026-11-21T09:30:01.123Z",\
                "actor":{"type":"user","user_id":"\(admin.user.id)","token_id":"\(token.id)"},"action":"queue.pause",\
                "subject":{"type":"queue","id":"mail"},"result":"ok","request_id":"request-7"}],"next_cursor":null}
                """)
        let made = try await api.call(.get, "/api/v1/audit?actor=system&limit=1", as: admin)
        #expect(made.member("items")?.elements?.first?["actor"]?.text == #"{"type":"process","name":"system"}"#)
    }

    @Test func `every change that can be asked for leaves its entry, and what is refused none`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let before = try await actions(as: admin).count
        let user = try #require(
            try await api.call(.post, "/api/v1/users", as: admin, #"{"email":"u@example.org","name":"U"}"#)["id"])
        let path = "/api/v1/users/\(user)"
        let other = #"{"email":"v@example.org","name":"V"}"#
        _ = try await api.call(.post, "/api/v1/users", as: admin, other, headers: [.idempotencyKey: "k"])
        _ = try await api.call(.post, "/api/v1/users", as: admin, other, headers: [.idempotencyKey: "k"])
        _ = try await api.call(.put, path, as: admin, #"{"email":"u@example.org","name":"W"}"#)
        _ = try await api.call(.patch, path, as: admin, #"{"name":"X"}"#)
        let token = try #require(
            try await api.call(.post, "\(path)/tokens", as: admin, #"{"name":"t","scopes":["jobs:read"]}"#)["id"])
        _ = try await api.call(.delete, "\(path)/tokens/\(token)", as: admin)
        _ = try await api.call(.post, "/api/v1/queues/mail/pause", as: admin)
        _ = try await api.call(.post, "/api/v1/queues/mail/resume", as: admin)
        let job = try await api.submit(admin)
        _ = try await api.call(.post, "/api/v1/jobs/\(job.id)/cancel", as: admin)
        _ = try await api.call(.post, "/api/v1/jobs/\(job.id)/retry", as: admin)
        _ = try await api.call(.delete, path, as: admin)
        let made = [
            "user.delete", "job.retry", "job.cancel", "queue.resume", "queue.pause", "token.revoke", "token.create",
            "user.update", "user.update", "user.create", "user.create",
        ]
        #expect(try await Set(actions(as: admin).dropLast(before)) == Set(made))
        #expect(try await actions(as: admin).count == before + made.count)

        for (method, target) in [
            (HTTPRequest.Method.delete, path), (.post, "/api/v1/jobs/\(SequentialIDs.id(999))/cancel"),
            (.post, "/api/v1/jobs/\(job.id)/retry"), (.delete, "\(path)/tokens/\(token)"),
        ] {
            #expect(try await api.call(method, target, as: admin).status >= 400)
        }
        #expect(try await actions(as: admin).count == before + made.count)
    }

    @Test func `replayed dead letters are entries of the replay, those that go back alone too`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let store = StoreUnderTest.over(api.store, clock: api.clock)
        let plain = try await store.job(in: .dead, of: admin.user.id)
        let unique = try await store.job(in: .dead, of: admin.user.id) { $0.unique = .init(key: "k") }
        let replay = try await api.call(.post, "/api/v1/dead-letters/replay", as: admin, #"{"filter":{}}"#)
        #expect(replay.status == 200)
        for job in [plain, unique] {
            #expect(try await actions("&subject=job:\(job.id)", as: admin) == ["dead_letter.replay"])
        }
    }

    @Test func `pages follow each other, with the filters in the link`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        for name in ["a", "b", "c"] { _ = try await api.bearer(name) }
        let first = try await api.call(
            .get, "/api/v1/audit?action=user.create&since=2026-11-21T09:30:00.123Z&limit=3", as: admin)
        #expect(first.member("items")?.elements?.count == 3)
        let link = try #require(first.headers[.link])
        #expect(link.hasPrefix("</api/v1/audit?action=user.create&since=2026-11-21T09%3A30%3A00.123000Z&limit=3&"))
        let next = try #require(first["next_cursor"])
        let second = try await api.call(
            .get, "/api/v1/audit?action=user.create&since=2026-11-21T09:30:00.123Z&limit=3&cursor=\(next)", as: admin)
        #expect(second.member("items")?.elements?.count == 1)
        #expect(try await api.call(.get, "/api/v1/audit?cursor=\(next)", as: admin).status == 400)
    }

    @Test(arguments: [
        "actor=Ada", "actor=", "action=Token.revoke", "action=a+b", "subject=", "subject=:x", "subject=job:",
        "subject=job:%00", "subject=Job", "since=yesterday", "until=1", "limit=0", "cursor=x", "page=2",
        "actor=system&actor=system",
    ])
    func `a filter that cannot be understood is refused`(query: String) async throws {
        let admin = try await api.bearer("admin", [.admin])
        let reply = try await api.call(.get, "/api/v1/audit?\(query)", as: admin)
        #expect(reply.status == 400)
        #expect(reply["code"] == "validation_failed")
    }

    @Test func `nobody but an admin reads it`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.get, "/api/v1/audit", as: ada)
        #expect(reply.status == 403)
        #expect(try await api.call(.get, "/api/v1/audit").status == 401)
    }
}
