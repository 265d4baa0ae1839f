import HTTPTypes
import Testing

@testable import MillraceAPI

struct ProblemPagesTests {
    let api = TestAPI()

    @Test(arguments: ProblemCode.allCases)
    func `the type of every problem is a page`(code: ProblemCode) async throws {
        let reply = try await api.call(.get, "/problems/\(code.rawValue)", headers: [.accept: "text/html"])
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "text/html; charset=utf-8")
        #expect(reply.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(reply.body.contains("<h1>\(code.title)</h1>"))
        #expect(reply.body.contains("Status \(code.status)"))
    }

    @Test func `all of them are listed`() async throws {
        let reply = try await api.call(.get, "/problems")
        #expect(reply.status == 200)
        for code in ProblemCode.allCases { #expect(reply.body.contains("href=\"/problems/\(code.rawValue)\"")) }
        #expect(try await api.call(.get, "/problems/other").status == 404)
    }
}
