import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// Every route with a request that is right, the scope that it needs, and whether it is about somebody's resource.
struct RouteExample: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let template: String
    let scope: Scope
    let body: String?
    /// The status for the owner.
    let status: Int
    /// The status for another user: nil where the resource belongs to nobody.
    let foreignStatus: Int?

    var testDescription: String { "\(method.rawValue) \(template)" }

    static let all: [RouteExample] = [
        .init(.post, "/api/v1/users", .admin, #"{"email":"z@example.org","name":"z"}"#, 201, nil),
        .init(.get, "/api/v1/users", .usersRead, nil, 200, nil),
        .init(.get, "/api/v1/users/{user}", .usersRead, nil, 200, 404),
        .init(.put, "/api/v1/users/{user}", .usersWrite, #"{"email":"y@example.org","name":"y"}"#, 200, 404),
        .init(.patch, "/api/v1/users/{user}", .usersWrite, #"{"name":"y"}"#, 200, 404),
        .init(.delete, "/api/v1/users/{user}", .usersWrite, nil, 409, 404),
        .init(.delete, "/api/v1/users/{user}?erase=true", .usersWrite, nil, 202, 404),
        .init(.get, "/api/v1/operations/{user}", .admin, nil, 404, nil),
        .init(.post, "/api/v1/users/{user}/tokens", .usersWrite, #"{"name":"x","scopes":["users:write"]}"#, 201, 404),
        .init(.get, "/api/v1/users/{user}/tokens", .usersRead, nil, 200, 404),
        .init(.delete, "/api/v1/users/{user}/tokens/{token}", .usersWrite, nil, 204, 404),
        .init(.get, "/api/v1/users/{user}/quota", .usersRead, nil, 200, 404),
        .init(.put, "/api/v1/users/{user}/quota", .admin, #"{"live_jobs":9}"#, 200, nil),
        .init(.post, "/api/v1/jobs", .jobsWrite, #"{"kind":"mail"}"#, 202, nil),
        .init(.post, "/api/v1/jobs/bulk", .jobsWrite, #"{"jobs":[{"kind":"mail"}]}"#, 200, nil),
        .init(.get, "/api/v1/jobs", .jobsRead, nil, 200, nil),
        .init(.get, "/api/v1/jobs/{job}", .jobsRead, nil, 200, 404),
        .init(.get, "/api/v1/jobs/{job}/attempts", .jobsRead, nil, 200, 404),
        .init(.post, "/api/v1/jobs/{job}/cancel", .jobsWrite, nil, 200, 404),
        .init(.post, "/api/v1/jobs/{job}/retry", .jobsWrite, nil, 409, 404),
        .init(.post, "/api/v1/jobs/{job}/release-key", .jobsWrite, nil, 409, 404),
        .init(.get, "/api/v1/kinds", .jobsRead, nil, 200, nil),
        .init(.get, "/api/v1/queues", .admin, nil, 200, nil),
        .init(.get, "/api/v1/queues/{queue}", .admin, nil, 200, nil),
        .init(.post, "/api/v1/queues/{queue}/pause", .queuesWrite, nil, 200, nil),
        .init(.post, "/api/v1/queues/{queue}/resume", .queuesWrite, nil, 200, nil),
        .init(.get, "/api/v1/dead-letters", .jobsRead, nil, 200, nil),
        .init(.get, "/api/v1/dead-letters/{job}", .jobsRead, nil, 404, 404),
        .init(.get, "/api/v1/audit", .admin, nil, 200, nil),
        .init(.post, "/api/v1/dead-letters/replay", .jobsWrite, #"{"filter":{}}"#, 200, nil),
        .init(.post, "/api/v1/webhook-endpoints", .jobsWrite, #"{"name":"a","url":"https://a.org/"}"#, 201, nil),
        .init(.get, "/api/v1/webhook-endpoints", .jobsRead, nil, 200, nil),
        .init(.get, "/api/v1/webhook-endpoints/{user}", .jobsRead, nil, 404, 404),
        .init(.patch, "/api/v1/webhook-endpoints/{user}", .jobsWrite, "{}", 404, 404),
        .init(.delete, "/api/v1/webhook-endpoints/{user}", .jobsWrite, nil, 404, 404),
        .init(.post, "/api/v1/webhook-endpoints/{user}/secrets", .jobsWrite, nil, 404, 404),
        .init(.get, "/api/v1/webhook-endpoints/{user}/secrets", .jobsRead, nil, 404, 404),
        .init(.delete, "/api/v1/webhook-endpoints/{user}/secrets/{token}", .jobsWrite, nil, 404, 404),
    ]

    init(
        _ method: HTTPRequest.Method, _ template: String, _ scope: Scope, _ body: String?, _ status: Int,
        _ foreignStatus: Int?
    ) {
        self.method = method
        self.template = template
        self.scope = scope
        self.body = body
        self.status = status
        self.foreignStatus = foreignStatus
    }

    /// The target about what belongs to `owner`.
    func target(_ owner: TestAPI.Bearer, _ job: Job, _ token: TokenID) -> String {
        template.replacing("{user}", with: "\(owner.user.id)").replacing("{job}", with: "\(job.id)")
            .replacing("{token}", with: "\(token)").replacing("{queue}", with: "default")
    }
}

struct AccessTests {
    let api = TestAPI()

    private func target(_ example: RouteExample, _ owner: TestAPI.Bearer) async throws -> String {
        let job = try await api.submit(owner)
        let token = try await api.store.list(userID: owner.user.id)[0]
        return example.target(owner, job, token.id)
    }

    @Test func `every secured route has an example here`() {
        let known = Set(RouteExample.all.map { "\($0.method.rawValue) \(RouteTableTests.path($0.template))" })
        for route in api.api.responder.routes.routes {
            guard case .secured = route.handler else { continue }
            #expect(known.contains("\(route.method.rawValue) \(RouteTableTests.path(route.template))"))
        }
    }

    @Test(arguments: RouteExample.all)
    func `a route works with the scope that it needs`(example: RouteExample) async throws {
        let ada = try await api.bearer("ada", [example.scope])
        let reply = try await api.call(example.method, try await target(example, ada), as: ada, example.body)
        #expect(reply.status == example.status)
    }

    @Test(arguments: RouteExample.all)
    func `a route is closed with every scope but the one that it needs`(example: RouteExample) async throws {
        let ada = try await api.bearer("ada", TestAPI.ordinary.subtracting([example.scope]))
        let reply = try await api.call(example.method, try await target(example, ada), as: ada, example.body)
        #expect(reply.status == 403)
        #expect(reply["code"] == "forbidden")
        #expect(reply["detail"] == "The token lacks the scope \(example.scope.rawValue).")
    }

    @Test(arguments: RouteExample.all)
    func `what belongs to another user is not found`(example: RouteExample) async throws {
        guard let foreignStatus = example.foreignStatus else { return }
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let reply = try await api.call(example.method, try await target(example, ada), as: bob, example.body)
        #expect(reply.status == foreignStatus)
        #expect(reply["code"] == "not_found")
    }

    @Test(arguments: RouteExample.all)
    func `an admin sees and touches what belongs to anybody`(example: RouteExample) async throws {
        let (ada, admin) = (try await api.bearer(), try await api.bearer("admin", [.admin]))
        let reply = try await api.call(example.method, try await target(example, ada), as: admin, example.body)
        #expect(reply.status == example.status)
    }

    @Test func `lists hold only what belongs to the caller`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let admin = try await api.bearer("admin", [.admin])
        try await api.submit(ada)
        try await api.submit(bob)
        #expect(try await api.call(.get, "/api/v1/jobs", as: ada).items.count == 1)
        #expect(try await api.call(.get, "/api/v1/jobs", as: admin).items.count == 2)
        #expect(try await api.call(.get, "/api/v1/users", as: bob).items.count == 1)
    }
}
