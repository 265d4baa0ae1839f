import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct UserRoutesTests {
    let api = TestAPI()

    private static let created = """
        {"id":"00000000-0000-7000-8000-000000000001","email":"new@example.org","name":"New",\
        "created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:00.123Z"}
        """

    @Test func `a user is created with a location and shown whole`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let reply = try await api.call(
            .post, "/api/v1/users", as: admin, #"{"email":" new@example.org ","name":"New"}"#)
        #expect(reply.status == 201)
        #expect(reply.body == Self.created)
        #expect(reply.headers[.location] == "/api/v1/users/00000000-0000-7000-8000-000000000001")
        #expect(reply.headers[.contentType] == "application/json")
        #expect(reply.headers[.eTag] != nil)
        #expect(reply.headers[.requestID] == "test")
        #expect(reply.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test func `an address that another user has is a conflict in any case`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let reply = try await api.call(
            .post, "/api/v1/users", as: admin, #"{"email":"ADMIN@example.org","name":"New"}"#)
        #expect(reply.status == 409)
        #expect(
            reply.body == """
                {"type":"/problems/email_taken","title":"E-mail address taken","status":409,\
                "detail":"Another user has this e-mail address.","instance":"/api/v1/users","code":"email_taken",\
                "request_id":"test"}
                """)
        #expect(reply.headers[.contentType] == "application/problem+json")
    }

    @Test func `a user is found with a tag, and not sent again to who has it`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)"
        let reply = try await api.call(.get, target, as: ada)
        #expect(reply.status == 200)
        #expect(
            reply.body == """
                {"id":"\(ada.user.id)","email":"ada@example.org","name":"ada",\
                "created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:00.123Z"}
                """)
        let tag = try #require(reply.headers[.eTag])
        for field in [tag, "\"x\", W/\(tag)", "*"] {
            let again = try await api.call(.get, target, as: ada, headers: [.ifNoneMatch: field])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again.headers[.eTag] == tag)
        }
        let other = try await api.call(.get, target, as: ada, headers: [.ifNoneMatch: "\"x\""])
        #expect(other.status == 200)
    }

    @Test func `replacing a user changes the tag, and a stale one is refused`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)"
        let tag = try #require(try await api.call(.get, target, as: ada).headers[.eTag])
        api.clock.advance(by: .seconds(1))
        let reply = try await api.call(
            .put, target, as: ada, #"{"email":"countess@example.org","name":"Ada L"}"#, headers: [.ifMatch: tag])
        #expect(reply.status == 200)
        #expect(
            reply.body == """
                {"id":"\(ada.user.id)","email":"countess@example.org","name":"Ada L",\
                "created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:01.123Z"}
                """)
        #expect(reply.headers[.eTag] != tag)
        for method in [HTTPRequest.Method.put, .patch, .delete] {
            let body = method == .delete ? nil : #"{"email":"x@example.org","name":"x"}"#
            for field in [tag, "W/\(reply.headers[.eTag] ?? "")", "garbage"] {
                let stale = try await api.call(method, target, as: ada, body, headers: [.ifMatch: field])
                #expect(stale.status == 412)
                #expect(stale["code"] == "precondition_failed")
            }
        }
        let fresh = try #require(reply.headers[.eTag])
        let either = try await api.call(
            .put, target, as: ada, #"{"email":"a@example.org","name":"x"}"#, headers: [.ifMatch: "\"x\", \(fresh)"])
        #expect(either.status == 200)
    }

    @Test func `a merge patch changes what it names and keeps the rest`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)"
        let writer = try await api.token(for: ada.user, [.usersWrite])
        let reply = try await api.call(
            .patch, target, as: writer, #"{"name":"Lady"}"#, headers: [.contentType: "application/merge-patch+json"])
        #expect(reply.status == 200)
        #expect(reply["name"] == "Lady")
        #expect(reply["email"] == "ada@example.org")
        let empty = try await api.call(.patch, target, as: ada, "{}")
        #expect(empty.status == 200)
        #expect(empty["name"] == "Lady")
        let null = try await api.call(.patch, target, as: ada, #"{"name":null,"email":"b@example.org"}"#)
        #expect(null.status == 400)
        #expect(null.pointers == ["/name"])
    }

    @Test func `a user without live jobs is deleted with its tokens`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)"
        let job = try await api.submit(ada)
        let busy = try await api.call(.delete, target, as: ada)
        #expect(busy.status == 409)
        #expect(busy["code"] == "has_live_jobs")
        try await api.succeed(job.id)
        let tag = try #require(try await api.call(.get, target, as: ada).headers[.eTag])
        let reply = try await api.call(.delete, target, as: ada, headers: [.ifMatch: tag])
        #expect(reply.status == 204)
        #expect(reply.body.isEmpty)
        let gone = try await api.call(.get, target, as: ada)
        #expect(gone.status == 401)
    }

    @Test func `an admin lists all users and anybody else itself`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        api.clock.advance(by: .seconds(1))
        let ada = try await api.bearer()
        let all = try await api.call(.get, "/api/v1/users", as: admin)
        #expect(all.status == 200)
        #expect(
            all.body == """
                {"items":[{"id":"\(ada.user.id)","email":"ada@example.org","name":"ada",\
                "created_at":"2026-11-21T09:30:01.123Z","updated_at":"2026-11-21T09:30:01.123Z"},\
                {"id":"\(admin.user.id)","email":"admin@example.org","name":"admin",\
                "created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:00.123Z"}],"next_cursor":null}
                """)
        #expect(all.headers[.link] == nil)
        let own = try await api.call(.get, "/api/v1/users", as: ada)
        #expect(own.items.count == 1)
        let found = try await api.call(.get, "/api/v1/users?email=ADMIN%40example.org", as: admin)
        #expect(found.items.count == 1)
    }
}
