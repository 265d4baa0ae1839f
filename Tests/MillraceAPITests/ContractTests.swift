import HTTPTypes
import MillraceDomain
import Testing

@testable import MillraceAPI

/// The published document and the router say the same.
struct ContractTests {
    let api = TestAPI()
    let page: ContractPage
    let operations: [ContractPage.Operation]

    /// Read once: it is long.
    private static let published = Result {
        let page = try ContractPage(yaml: ContractRoutes.text)
        return (page: page, operations: page.operations)
    }

    init() throws {
        (page, operations) = try Self.published.get()
    }

    private var routes: [Route] { api.api.responder.routes.routes }

    private func operation(_ route: Route) throws -> ContractPage.Operation {
        try #require(
            operations.first { $0.method == route.method.rawValue && $0.path == route.template },
            "\(route.method) \(route.template) is not documented")
    }

    /// The scopes that an operation names; nil for one that is open.
    private func scopes(_ operation: ContractPage.Operation) -> [String]? {
        operation.node["security"]?.elements.first.map { $0.members.flatMap(\.value.elements).compactMap(\.text) }
    }

    private func names(_ operation: ContractPage.Operation, in place: String) -> Set<String> {
        Set(operation.parameters.filter { $0["in"]?.text == place }.compactMap { $0["name"]?.text })
    }

    @Test func `every route is documented, and nothing else`() {
        let served = routes.map { "\($0.method.rawValue) \($0.template)" }.sorted()
        let documented = operations.map { "\($0.method) \($0.path)" }.sorted()
        #expect(served == documented)
    }

    @Test func `a route captures the parameters that are documented`() throws {
        for route in routes {
            let captured = route.template.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            #expect(try names(operation(route), in: "path") == Set(captured), "\(route.template)")
        }
    }

    @Test func `a route is open where the document says so, and makes what it says`() throws {
        for route in routes {
            let operation = try operation(route)
            let isOpen = if case .open = route.handler { true } else { false }
            #expect((scopes(operation) == nil) == isOpen)
            for (status, reference) in operation.node["responses"]?.members ?? [] where status.hasPrefix("2") {
                for (type, _) in page.follow(reference)["content"]?.members ?? [] { #expect(type == route.produces) }
            }
        }
    }

    @Test(arguments: RouteExample.all)
    func `an operation names the scope that it needs`(example: RouteExample) throws {
        let path = RouteTableTests.path(example.path)
        guard case .found(let route, _) = api.api.responder.routes.resolve(example.method, path) else {
            Issue.record("\(path) is not served")
            return
        }
        #expect(try scopes(operation(route)) == [example.scope.rawValue])
    }

    /// Every name that is a parameter somewhere is sent everywhere.
    @Test(arguments: RouteExample.all)
    func `an operation knows the query parameters that are documented, and no others`(
        example: RouteExample
    ) async throws {
        guard !example.template.contains("?") else { return }
        let admin = try await api.bearer("admin", [.admin])
        let path = RouteTableTests.path(example.path)
        guard case .found(let route, _) = api.api.responder.routes.resolve(example.method, path) else { return }
        let documented = names(try operation(route), in: "query")
        #expect(route.takesQuery == !documented.isEmpty)
        let everywhere = operations.reduce(into: Set(["unheard_of"])) { $0.formUnion(names($1, in: "query")) }
        for name in everywhere.sorted() {
            let reply = try await api.call(example.method, "\(path)?\(name)=-", as: admin, example.body)
            #expect(reply.isUnknown(name) == !documented.contains(name), "\(example.testDescription) \(name)")
        }
    }

    @Test func `problems are documented under their status`() throws {
        var count = 0
        for operation in operations {
            for (status, reference) in operation.node["responses"]?.members ?? [] {
                let media = page.follow(reference)["content"]?["application/problem+json"]
                let schemas = media?["schema"]?["allOf"]?.elements ?? []
                for code in schemas.flatMap({ $0["properties"]?["code"]?["enum"]?.elements ?? [] }) {
                    count += 1
                    #expect(code.text.flatMap { ProblemCode(rawValue: $0) }.map { "\($0.status)" } == status)
                }
            }
        }
        #expect(count > 300)
    }

    private static let words: [(String, [String])] = [
        ("ProblemCode", ProblemCode.allCases.map(\.rawValue)), ("FaultCode", FieldError.Code.allCases.map(\.rawValue)),
        ("JobState", JobState.allCases.map(\.rawValue)), ("Scope", Scope.allCases.map(\.rawValue)),
        ("Outcome", JobAttempt.Outcome.allCases.map(\.rawValue)),
        ("OnConflict", UniqueClaim.Conflict.allCases.map(\.rawValue) + ["null"]),
        ("DeadReason/code", DeadReason.Code.allCases.map(\.rawValue)),
        ("OrderingPolicy/on_dead", DeathPolicy.allCases.map(\.rawValue)),
        ("DeadLetterType", DeadLetterFilter.Sort.allCases.map(\.rawValue)),
    ]

    @Test(arguments: words)
    func `the words of the document are those of the domain`(place: String, words: [String]) {
        let names = place.split(separator: "/").map(String.init)
        var schema = page.document["components"]?["schemas"]?[names[0]]
        if names.count > 1 { schema = schema?["properties"]?[names[1]] }
        #expect(schema?["enum"]?.elements.compactMap(\.text).sorted() == words.sorted())
    }
}

extension RouteExample {
    /// The template without a query.
    var path: String { String(template.prefix { $0 != "?" }) }
}

extension Reply {
    /// Whether the query was refused because nobody knows this parameter.
    fileprivate func isUnknown(_ name: String) -> Bool {
        (member("errors")?.elements ?? []).contains { fault in
            let members = fault.members ?? []
            return members.contains { $0.name == "pointer" && $0.value.string == name }
                && members.contains { $0.name == "code" && $0.value.string == "unknown_member" }
        }
    }
}
