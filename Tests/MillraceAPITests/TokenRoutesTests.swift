import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct TokenRoutesTests {
    let api = TestAPI()

    @Test func `a token shows its secret once, works, and is refused once revoked`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)/tokens"
        let made = try await api.call(
            .post, target, as: ada,
            #"{"name":"ci","scopes":["jobs:write","jobs:read"],"expires_at":"2026-12-01T00:00:00+01:00"}"#)
        #expect(made.status == 201)
        let secret = try #require(made["token"])
        let id = try #require(made["id"])
        let shown = """
            "id":"\(id)","user_id":"\(ada.user.id)","name":"ci","scopes":["jobs:read","jobs:write"],\
            "created_at":"2026-11-21T09:30:00.123Z","expires_at":"2026-11-30T23:00:00.000Z"
            """
        #expect(made.body == "{\(shown),\"token\":\"\(secret)\"}")
        #expect(made.headers[.location] == "\(target)/\(id)")
        #expect(made.headers[.cacheControl] == "no-store")

        let list = try await api.call(.get, target, as: ada)
        #expect(list.status == 200)
        #expect(list.body.contains("{\(shown)}"))
        #expect(!list.body.contains(secret))

        let ci = TestAPI.Bearer(user: ada.user, token: secret)
        #expect(try await api.call(.get, "/api/v1/jobs", as: ci).status == 200)
        #expect(try await api.call(.get, target, as: ci).status == 403)
        #expect(try await api.call(.delete, "\(target)/\(id)", as: ada).status == 204)
        #expect(try await api.call(.get, "/api/v1/jobs", as: ci).status == 401)
        #expect(try await api.call(.delete, "\(target)/\(id)", as: ada).status == 404)
    }

    @Test func `nobody gives away more than they have`() async throws {
        let ada = try await api.bearer("ada", [.usersWrite])
        let reply = try await api.call(
            .post, "/api/v1/users/\(ada.user.id)/tokens", as: ada, #"{"name":"x","scopes":["admin"]}"#)
        #expect(reply.status == 403)
        #expect(reply["detail"] == "The token lacks the scope admin.")
    }

    @Test func `an expired token is refused`() async throws {
        let ada = try await api.bearer()
        let made = try await api.call(
            .post, "/api/v1/users/\(ada.user.id)/tokens", as: ada,
            #"{"name":"x","scopes":["jobs:read"],"expires_at":"2026-11-21T09:30:01Z"}"#)
        let brief = TestAPI.Bearer(user: ada.user, token: try #require(made["token"]))
        #expect(try await api.call(.get, "/api/v1/jobs", as: brief).status == 200)
        api.clock.advance(by: .seconds(1))
        #expect(try await api.call(.get, "/api/v1/jobs", as: brief).status == 401)
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer unknown", "Bearer a b", "Bearer \u{7F}", "bearertoken",
    ])
    func `no or a wrong token is answered with a challenge`(field: String?) async throws {
        let reply = try await api.call(.get, "/api/v1/jobs", headers: field.map { [.authorization: $0] } ?? [:])
        #expect(reply.status == 401)
        #expect(reply.headers[.wwwAuthenticate] == "Bearer")
        #expect(
            reply.body == """
                {"type":"/problems/unauthenticated","title":"Not authenticated","status":401,\
                "detail":"A valid bearer token is needed.","instance":"/api/v1/jobs","code":"unauthenticated",\
                "request_id":"test"}
                """)
    }

    @Test func `the scheme is read in any case`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.get, "/api/v1/jobs", headers: [.authorization: "bEARER \(ada.token)"])
        #expect(reply.status == 200)
    }
}
