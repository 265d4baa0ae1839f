import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// Made from the route table: a new route that names a resource is tried here at once, or has to be named as one that
/// belongs to nobody.
struct OwnershipTests {
    let api = TestAPI()

    /// What is captured here has no owner: queues are everybody's, an erasure's user is gone.
    private static let nobodys: Set<String> = [
        "/api/v1/queues/{name}", "/api/v1/queues/{name}/pause", "/api/v1/queues/{name}/resume",
        "/api/v1/operations/{id}",
    ]

    /// The secured routes, and how to ask for each.
    private var cases: [(route: Route, example: RouteExample)] {
        get throws {
            try api.api.responder.routes.routes.flatMap { route in
                guard case .secured = route.handler else { return [(route: Route, example: RouteExample)]() }
                let examples = RouteExample.all.filter {
                    $0.method == route.method
                        && RouteTableTests.path($0.path) == RouteTableTests.path(route.template)
                }
                try #require(!examples.isEmpty, "\(route.method) \(route.template) has no example")
                return examples.map { (route, $0) }
            }
        }
    }

    /// Ada's and nobody's resources, with whatever a request may name.
    private struct Things {
        let job: Job
        let token: TokenID
        let owner: TestAPI.Bearer

        func target(_ example: RouteExample) -> String { example.target(owner, job, token) }

        /// A text in which no id of these can be told from another's.
        func anonymous(_ text: String) -> String {
            [job.id.description, token.description, owner.user.id.description]
                .reduce(text) { $0.replacing($1, with: "id") }
        }
    }

    private func things(of owner: TestAPI.Bearer, dead: Bool = false) async throws -> Things {
        let job = try await api.submit(owner)
        if dead { try await api.kill(job.id) }
        let token = try #require(try await api.store.list(userID: owner.user.id).first)
        return Things(job: job, token: token.id, owner: owner)
    }

    /// The things of somebody who has never been.
    private func absent(like things: Things) -> Things {
        let user = User(
            id: UserID(SequentialIDs.id(1, series: 99)), email: things.owner.user.email, name: things.owner.user.name,
            createdAt: things.owner.user.createdAt, updatedAt: things.owner.user.updatedAt)
        var job = things.job
        job.id = JobID(SequentialIDs.id(2, series: 99))
        return Things(
            job: job, token: TokenID(SequentialIDs.id(3, series: 99)),
            owner: TestAPI.Bearer(user: user, token: things.owner.token))
    }

    @Test(arguments: [false, true])
    func `what belongs to another cannot be told from what is not there, and stays as it is`(
        isDead: Bool
    ) async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let hers = try await things(of: ada, dead: isDead)
        let nothing = absent(like: hers)
        let before = try await api.store.find(hers.job.id, owner: nil)
        var count = 0
        for (route, example) in try cases where route.template.contains("{") && !Self.nobodys.contains(route.template) {
            // What admins alone may do is refused, whatever it is about.
            guard example.scope != .admin else { continue }
            count += 1
            let foreign = try await api.call(example.method, hers.target(example), as: bob, example.body)
            let unknown = try await api.call(example.method, nothing.target(example), as: bob, example.body)
            #expect(foreign.status == 404, "\(example.testDescription)")
            #expect(foreign["code"] == "not_found")
            #expect(hers.anonymous(foreign.body) == nothing.anonymous(unknown.body))
            #expect(foreign.headers == unknown.headers)
        }
        #expect(count >= 14)
        #expect(try await api.store.find(hers.job.id, owner: nil) == before)
        #expect(try await api.store.find(ada.user.id) == ada.user)
        #expect(try await api.store.list(userID: ada.user.id).map(\.id) == [hers.token])
    }

    @Test func `no list shows anything of another, whomever its query names`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let hers = try await things(of: ada, dead: true)
        let secrets = [ada.user.id.description, hers.job.id.description, ada.user.email.text]
        var count = 0
        for (route, example) in try cases where route.method == .get && !route.template.contains("{") {
            let queries = route.takesQuery ? ["", "?owner_id=\(ada.user.id)", "?email=\(ada.user.email.text)"] : [""]
            for query in queries {
                let reply = try await api.call(.get, example.path + query, as: bob)
                #expect([200, 400, 403].contains(reply.status), "\(example.path)\(query)")
                for secret in secrets { #expect(!reply.body.contains(secret), "\(example.path)\(query)") }
                count += reply.status == 200 ? 1 : 0
            }
        }
        #expect(count >= 7)
    }

    @Test func `a replay that names another's dead letters replays nothing`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let hers = try await things(of: ada, dead: true)
        for filter in [#"{"owner_id":"\#(ada.user.id)"}"#, #"{"ids":["\#(hers.job.id)"]}"#, "{}"] {
            let reply = try await api.call(.post, "/api/v1/dead-letters/replay", as: bob, #"{"filter":\#(filter)}"#)
            #expect(reply.status == 200)
            #expect(reply.member("replayed")?.text == "0", "\(reply.body)")
        }
        #expect(try await api.store.find(hers.job.id, owner: nil)?.state == .dead)
    }

    @Test func `nobody gets in without a token that is valid now`() async throws {
        let ada = try await api.bearer()
        let hers = try await things(of: ada)
        let expired = TokenSecret.random()
        let revoked = TokenSecret.random()
        for (number, secret) in [expired, revoked].enumerated() {
            let request = try TokenRequest(
                name: UserName("old"), scopes: Set(Scope.allCases), expiresAt: api.clock.now() + .seconds(1))
            _ = try await api.store.create(
                id: TokenID(SequentialIDs.id(UInt64(number), series: 98)), userID: ada.user.id, request: request,
                digest: secret.digest)
        }
        try await api.store.revoke(TokenID(SequentialIDs.id(1, series: 98)), userID: ada.user.id)
        api.clock.advance(by: .seconds(1))
        let fields = [nil, expired.text, revoked.text, TokenSecret.random().text, String(ada.token.dropLast())]
        for (_, example) in try cases {
            for token in fields {
                let headers: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
                let reply = try await api.call(
                    example.method, hers.target(example), as: nil, example.body, headers: headers)
                #expect(reply.status == 401, "\(example.testDescription)")
                #expect(reply["code"] == "unauthenticated")
                #expect(reply.headers[.wwwAuthenticate] == "Bearer")
            }
        }
        #expect(try await api.store.find(hers.job.id, owner: nil) == hers.job)
    }
}
