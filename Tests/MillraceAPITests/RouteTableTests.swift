import HTTPTypes
import MillraceDomain
import Testing

@testable import MillraceAPI

struct RouteTableTests {
    let api = TestAPI()

    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, HTTPRequest.Method("BREW")!,
    ]

    /// A path that a template matches.
    static func path(_ template: String) -> String {
        template.split(separator: "/", omittingEmptySubsequences: false)
            .map {
                $0.hasPrefix("{")
                    ? ["{name}", "{queue}"].contains($0) ? "default" : "00000000-0000-7000-8000-000000000001" : $0
            }
            .joined(separator: "/")
    }

    @Test func `every method that a target lacks is answered with those it has`() async throws {
        let routes = api.api.responder.routes.routes
        #expect(routes.count == 44)
        for (template, routes) in Dictionary(grouping: routes, by: \.template) {
            var allowed = Set(routes.map(\.method))
            if allowed.contains(.get) { allowed.insert(.head) }
            let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !allowed.contains(method) {
                let reply = try await api.call(method, Self.path(template))
                #expect(reply.status == 405, "\(method) \(template)")
                #expect(reply.headers[.allow] == list)
                if method != .head { #expect(reply["code"] == "method_not_allowed") }
            }
        }
    }

    @Test func `every route but the open ones asks for a token`() async throws {
        for route in api.api.responder.routes.routes {
            let reply = try await api.call(route.method, Self.path(route.template))
            switch route.handler {
            case .open: #expect([200, 404].contains(reply.status), "\(route.template)")
            case .secured: #expect(reply.status == 401, "\(route.method) \(route.template)")
            }
        }
    }

    @Test(arguments: [
        "/", "", "/api", "/api/v1", "/api/v1/", "/api/v1/jobs/", "/api/v1//jobs", "//api/v1/jobs", "/api/v2/jobs",
        "/API/v1/jobs", "/api/v1/jobs/x/y/z", "/api/v1/users/", "/metrics", "/api/v1/jobs#x", "*", "/api/v1/%6Aobs",
        "/api/v1/jobs/../users", "/api/v1/users/%ff", "/api/v1/users/%zz",
    ])
    func `what is not served is not found`(path: String) async throws {
        let reply = try await api.call(.get, path)
        #expect(reply.status == 404)
        #expect(reply["code"] == "not_found")
        #expect(reply.headers[.contentType] == "application/problem+json")
    }

    @Test func `a literal segment wins over a captured one`() async throws {
        let reply = try await api.call(.get, "/api/v1/jobs/bulk")
        #expect(reply.status == 405)
        #expect(reply.headers[.allow] == "POST")
    }

    @Test func `the absolute form of a target is understood`() async throws {
        #expect(try await api.call(.get, "http://localhost/livez").status == 200)
        #expect(try await api.call(.get, "http://localhost").status == 404)
    }
}
