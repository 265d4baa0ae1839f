import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct PagingTests {
    let api = TestAPI()

    private func ids(_ reply: Reply) -> [String] {
        reply.items.compactMap { item in item.members?.first { $0.name == "id" }?.value.string }
    }

    @Test(arguments: [1, 3, 7, 500])
    func `following the links shows every job once, newest first`(limit: Int) async throws {
        let ada = try await api.bearer()
        var expected: [String] = []
        for index in 0..<10 {
            if index % 3 == 0 { api.clock.advance(by: .milliseconds(1)) }
            expected.insert("\(try await api.submit(ada).id)", at: 0)
        }
        var seen: [String] = []
        var target: String? = "/api/v1/jobs?limit=\(limit)"
        while let next = target {
            let reply = try await api.call(.get, next, as: ada)
            #expect(reply.status == 200)
            #expect(reply.items.count <= limit)
            seen += ids(reply)
            let link = reply.headers[.link]
            #expect((link == nil) == (reply["next_cursor"] == nil))
            target = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
            if let cursor = reply["next_cursor"] { #expect(target?.hasSuffix("&cursor=\(cursor)") == true) }
            if let link { #expect(link.hasSuffix(">; rel=\"next\"")) }
        }
        #expect(seen == expected)
    }

    @Test func `a link keeps the filters, whatever characters they hold`() async throws {
        let ada = try await api.bearer()
        for _ in 0..<2 { try await api.submit(ada) { $0.tags = ["a&b=c d/é+%"] } }
        try await api.submit(ada)
        let first = try await api.call(
            .get, "/api/v1/jobs?tag=a%26b%3Dc+d%2F%C3%A9%2B%25&created_after=2026-11-21T09:30:00.1234Z&limit=1", as: ada
        )
        #expect(first.items.isEmpty)
        let reply = try await api.call(
            .get, "/api/v1/jobs?limit=1&created_after=2026-11-21T09:30:00.122999Z&tag=a%26b%3Dc+d%2F%C3%A9%2B%25",
            as: ada)
        let link = try #require(reply.headers[.link])
        let next = try await api.call(.get, String(link.dropFirst().prefix { $0 != ">" }), as: ada)
        #expect(next.status == 200)
        #expect(next.items.count == 1)
        #expect(next.headers[.link] == nil)
    }

    @Test(arguments: [
        ("state=queued", 1), ("state=dead", 0), ("queue=q-1", 1), ("queue=other", 0), ("kind=mail", 1),
        ("kind=hook", 0), ("tag=red", 1), ("tag=blue", 0), ("ordering_key=k", 0),
        ("created_after=2026-11-21T09:30:00.123Z", 1), ("created_after=2026-11-21T09:30:00.124Z", 0),
        ("created_before=2026-11-21T09:30:00.123Z", 0), ("created_before=2026-11-21T10:30:00.124%2B01:00", 1),
        ("state=queued&queue=q-1&kind=mail&tag=red", 1), ("", 1), ("&&", 1),
    ])
    func `filters restrict the list`(query: String, count: Int) async throws {
        let ada = try await api.bearer()
        try await api.submit(ada) { submission in
            submission.queue = QueueName(stored: "q-1")
            submission.tags = ["red"]
        }
        let reply = try await api.call(.get, "/api/v1/jobs?\(query)", as: ada)
        #expect(reply.status == 200)
        #expect(reply.items.count == count)
    }

    @Test func `a cursor is good for its own list and filters only`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        for _ in 0..<3 { try await api.kill(api.submit(admin).id) }
        let first = try await api.call(.get, "/api/v1/jobs?limit=1&state=dead", as: admin)
        let cursor = try #require(first["next_cursor"])
        for query in ["state=dead&limit=2", "limit=500&state=dead"] {
            #expect(try await api.call(.get, "/api/v1/jobs?\(query)&cursor=\(cursor)", as: admin).status == 200)
        }
        let others = [
            "/api/v1/jobs?cursor=\(cursor)", "/api/v1/jobs?state=queued&cursor=\(cursor)",
            "/api/v1/jobs?state=dead&kind=mail&cursor=\(cursor)", "/api/v1/users?cursor=\(cursor)",
            "/api/v1/dead-letters?cursor=\(cursor)", "/api/v1/jobs?state=dead&cursor=\(cursor.dropLast())",
            "/api/v1/jobs?state=dead&cursor=\(cursor)AAAA", "/api/v1/jobs?state=dead&cursor=%00",
            "/api/v1/jobs?state=dead&cursor=", "/api/v1/jobs?state=dead&cursor=\(cursor)%3D",
        ]
        for target in others {
            let reply = try await api.call(.get, target, as: admin)
            #expect(reply.status == 400, "\(target)")
            #expect(reply.pointers == ["cursor"])
        }
    }

    @Test func `users and dead letters come in pages too`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        for name in ["a", "b", "c"] { try await api.kill(api.submit(api.bearer(name)).id) }
        for (path, count) in [("users", 4), ("dead-letters", 3)] {
            var seen = 0
            var target: String? = "/api/v1/\(path)?limit=2"
            while let next = target {
                let reply = try await api.call(.get, next, as: admin)
                #expect(reply.status == 200)
                seen += reply.items.count
                target = reply.headers[.link].map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(seen == count)
        }
    }
}
