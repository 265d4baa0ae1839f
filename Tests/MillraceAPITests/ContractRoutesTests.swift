import Foundation
import HTTPTypes
import Testing

@testable import MillraceAPI

struct ContractRoutesTests {
    let api = TestAPI()

    @Test func `the document is served as it lies in the repository`() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try String(contentsOf: root.appending(path: "openapi.yaml"), encoding: .utf8)
        let reply = try await api.call(.get, "/openapi.yaml")
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "application/yaml")
        #expect(reply.body == file)
    }

    @Test(arguments: ["/openapi.yaml", "/docs"])
    func `who has it already is told so`(path: String) async throws {
        let first = try await api.call(.get, path)
        let tag = try #require(first.headers[.eTag])
        #expect(first.headers[.cacheControl] == "public, no-cache")
        let again = try await api.call(.get, path, headers: [.ifNoneMatch: "W/\(tag)"])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again.headers[.eTag] == tag)
        #expect(try await api.call(.get, path, headers: [.ifNoneMatch: "\"other\""]).status == 200)
        #expect(try await api.call(.head, path).status == 200)
    }

    @Test func `the page shows every operation and every schema`() async throws {
        let reply = try await api.call(.get, "/docs", headers: [.accept: "text/html"])
        #expect(reply.status == 200)
        #expect(reply.headers[.contentType] == "text/html; charset=utf-8")
        let page = try ContractPage(yaml: ContractRoutes.text)
        #expect(page.operations.count > 30)
        for operation in page.operations {
            #expect(reply.body.contains("<section id=\"\(operation.id)\">"), "\(operation.id)")
            #expect(reply.body.contains("<a href=\"#\(operation.id)\">"), "\(operation.id)")
        }
        for (name, _) in page.document["components"]?["schemas"]?.members ?? [] {
            #expect(reply.body.contains("<section id=\"schema-\(name)\">"), "\(name)")
        }
    }

    @Test func `the page needs nothing but itself`() async throws {
        let reply = try await api.call(.get, "/docs")
        for word in ["<script", "<link", "<img", "<iframe", " src=", "url(", "@import", " style=", " onclick="] {
            #expect(!reply.body.contains(word), "\(word)")
        }
        // Its links lead to places on it and to pages of ours.
        for target in reply.body.split(separator: "href=\"").dropFirst() {
            #expect(target.hasPrefix("#") || target.hasPrefix("/"), "\(target.prefix(40))")
        }
        let policy = try #require(reply.headers[.contentSecurityPolicy])
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(!policy.contains("unsafe"))
    }

    @Test(arguments: [
        ("a `b` c", "a <code>b</code> c"), ("**a** b", "<strong>a</strong> b"), ("a ` b", "a ` b"),
        ("`<&\">`", "<code>&lt;&amp;&quot;&gt;</code>"), ("`a` b ` c", "<code>a</code> b ` c"), ("", ""),
    ])
    func `marks become elements, and nothing else does`(text: String, html: String) {
        #expect(HTML.inline(text) == html)
    }

    @Test(arguments: [
        ("{a: 1, b: [x, '2', null, true], c: {}}", #"{"a": 1, "b": ["x", "2", null, true], "c": {}}"#),
        ("[1.50, 019a, \"é\\n\"]", #"[1.50, "019a", "é\n"]"#),
    ])
    func `an example is shown as JSON`(yaml: String, json: String) throws {
        #expect(try DocumentNode(yaml: yaml).json() == json)
    }
}
