import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct WebhookEndpointRoutesTests {
    static let path = "/api/v1/webhook-endpoints"
    static let full = """
        {"name":"orders","url":"https://hooks.example.org/in","headers":{"X-Api-Key":"k-s3cret"},"concurrency":3,"rate":7}
        """
    let api = TestAPI()

    private func create(_ body: String = full, as bearer: TestAPI.Bearer) async throws -> Reply {
        let reply = try await api.call(.post, Self.path, as: bearer, body)
        #expect(reply.status == 201)
        return reply
    }

    @Test func `a registered endpoint is answered whole, its key once, its headers' values never`() async throws {
        let ada = try await api.bearer()
        let made = try await create(as: ada)
        let id = try #require(made["id"])
        let secret = try #require(made.member("secret"))
        let key = try #require(secret["secret"]?.string)
        let shown = """
            "id":"\(id)","owner_id":"\(ada.user.id)","name":"orders","url":"https://hooks.example.org/in",\
            "header_names":["x-api-key"],"concurrency":3,"rate":7,"enabled":true,"disabled_reason":null,\
            "closed_until":null,"created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:00.123Z"
            """
        #expect(made.body == "{\(shown),\"secret\":\(secret.text)}")
        #expect(key.hasPrefix("whsec_") && key.utf8.count == 50)
        #expect(made.headers[.location] == "\(Self.path)/\(id)")
        #expect(made.headers[.cacheControl] == "no-store")
        let found = try await api.call(.get, "\(Self.path)/\(id)", as: ada)
        #expect(found.body == "{\(shown)}")
        #expect(found.headers[.eTag] == made.headers[.eTag])
        let tag = try #require(found.headers[.eTag])
        #expect(
            try await api.call(.get, "\(Self.path)/\(id)", as: ada, headers: [.ifNoneMatch: tag]).status == 304)
        #expect(try await api.call(.get, Self.path, as: ada).body == "{\"items\":[{\(shown)}],\"next_cursor\":null}")
        let secrets = try await api.call(.get, "\(Self.path)/\(id)/secrets", as: ada)
        #expect(secrets.member("items")?.elements?.count == 1)
        #expect(!secrets.body.contains("whsec_"))
        for line in api.lines.elements {
            #expect(!"\(line)".contains(key.dropFirst(6)) && !"\(line)".contains("k-s3cret"))
        }
    }

    @Test func `a patch changes what it names, and null takes away a rate or a header`() async throws {
        let ada = try await api.bearer()
        let id = try #require(try await create(as: ada)["id"])
        let target = "\(Self.path)/\(id)"
        let patch = #"{"name":"mails","rate":null,"enabled":false,"headers":{"X-API-KEY":null,"x-b":"2"}}"#
        let changed = try await api.call(.patch, target, as: ada, patch)
        #expect(changed.status == 200)
        #expect(changed["name"] == "mails")
        #expect(changed.member("rate")?.kind == .null)
        #expect(changed.member("enabled")?.text == "false")
        #expect(changed.member("header_names")?.text == #"["x-b"]"#)
        #expect(changed["url"] == "https://hooks.example.org/in")
        #expect(changed.member("concurrency")?.text == "3")
        let empty = try await api.call(.patch, target, as: ada, "{}")
        #expect(empty.status == 200)
        #expect(empty.headers[.eTag] != changed.headers[.eTag])
    }

    @Test func `a stale version is neither changed nor removed`() async throws {
        let ada = try await api.bearer()
        let made = try await create(as: ada)
        let id = try #require(made["id"])
        let target = "\(Self.path)/\(id)"
        let tag = try #require(made.headers[.eTag])
        let stale: HTTPFields = [.ifMatch: tag]
        let changed = try await api.call(.patch, target, as: ada, #"{"rate":9}"#, headers: stale)
        #expect(changed.status == 200)
        #expect(try await api.call(.patch, target, as: ada, #"{"rate":8}"#, headers: stale).status == 412)
        #expect(try await api.call(.delete, target, as: ada, headers: stale).status == 412)
        let newTag = try #require(changed.headers[.eTag])
        let fresh: HTTPFields = [.ifMatch: newTag]
        #expect(try await api.call(.delete, target, as: ada, headers: fresh).status == 204)
        #expect(try await api.call(.delete, target, as: ada).status == 404)
        #expect(try await api.call(.get, target, as: ada).status == 404)
    }

    @Test func `a secret is changed over, the old one goes on for a while`() async throws {
        let ada = try await api.bearer()
        let made = try await create(as: ada)
        let id = try #require(made["id"])
        let target = "\(Self.path)/\(id)/secrets"
        let first = try #require(made.member("secret")?["id"]?.string)
        #expect(try await api.call(.delete, "\(target)/\(first)", as: ada)["code"] == "last_secret")
        let second = try await api.call(.post, target, as: ada, #"{"others_expire_in_s":3600}"#)
        #expect(second.status == 201)
        let new = try #require(second["id"])
        #expect(second.headers[.location] == "\(target)/\(new)")
        #expect(second.member("expires_at")?.kind == .null)
        let listed = try await api.call(.get, target, as: ada)
        let ends = Dictionary(
            uniqueKeysWithValues: (listed.member("items")?.elements ?? []).map {
                ($0["id"]?.string ?? "", $0["expires_at"]?.string)
            })
        #expect(ends == [first: "2026-11-21T10:30:00.123Z", new: nil])
        #expect(try await api.call(.delete, "\(target)/\(first)", as: ada).status == 204)
        #expect(try await api.call(.delete, "\(target)/\(first)", as: ada).status == 404)
        for _ in 0..<4 { #expect(try await api.call(.post, target, as: ada).status == 201) }
        let sixth = try await api.call(.post, target, as: ada)
        #expect(sixth.status == 409)
        #expect(sixth["code"] == "limit_reached")
    }

    @Test(arguments: [
        (#"{"url":"https://a.org/"}"#, "/name"), (#"{"name":"a"}"#, "/url"),
        (#"{"name":"A","url":"https://a.org/"}"#, "/name"), (#"{"name":"a","url":"http://a.org/"}"#, "/url"),
        (#"{"name":"a","url":"https://u:p@a.org/"}"#, "/url"), (#"{"name":"a","url":"https://127.1/"}"#, "/url"),
        (#"{"name":"a","url":"https://a.org/","headers":{"Host":"b"}}"#, "/headers/Host"),
        (#"{"name":"a","url":"https://a.org/","headers":{"x":1}}"#, "/headers"),
        (#"{"name":"a","url":"https://a.org/","headers":{"x":"a\r\nb"}}"#, "/headers/x"),
        (#"{"name":"a","url":"https://a.org/","concurrency":0}"#, "/concurrency"),
        (#"{"name":"a","url":"https://a.org/","rate":10001}"#, "/rate"),
        (#"{"name":"a","url":"https://a.org/","enabled":1}"#, "/enabled"),
        (#"{"name":"a","url":"https://a.org/","secret":"x"}"#, "/secret"),
    ])
    func `a wrong value is refused at its place`(body: String, pointer: String) async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.post, Self.path, as: ada, body)
        #expect(reply.status == 400)
        #expect(reply.pointers == [pointer])
    }

    @Test(arguments: [
        #"{"name":null}"#, #"{"url":null}"#, #"{"headers":null}"#, #"{"concurrency":null}"#, #"{"enabled":null}"#,
        #"{"id":"x"}"#, #"{"headers":{"connection":"close"}}"#, #"{"url":"https://a.org/#x"}"#,
    ])
    func `a patch that cannot be is refused`(body: String) async throws {
        let ada = try await api.bearer()
        let id = try #require(try await create(as: ada)["id"])
        let reply = try await api.call(.patch, "\(Self.path)/\(id)", as: ada, body)
        #expect(reply.status == 400)
        #expect(reply["code"] == "validation_failed")
    }

    @Test func `http is taken where private networks may be called`() async throws {
        let lenient = TestAPI { $0.limits.allowsPlainWebhooks = true }
        let ada = try await lenient.bearer()
        let body = #"{"name":"a","url":"http://10.0.0.7/in"}"#
        #expect(try await lenient.call(.post, Self.path, as: ada, body).status == 201)
    }

    @Test func `nobody but its owner and an admin sees an endpoint or changes it`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let admin = try await api.bearer("admin", [.admin])
        let made = try await create(as: ada)
        let (id, own) = (try #require(made["id"]), try #require(made.member("secret")?["id"]?.string))
        let target = "\(Self.path)/\(id)"
        let secret = "\(target)/secrets/\(own)"
        let calls: [(HTTPRequest.Method, String, String?)] = [
            (.get, target, nil), (.patch, target, "{}"), (.delete, target, nil),
            (.get, "\(target)/secrets", nil), (.post, "\(target)/secrets", nil), (.delete, secret, nil),
        ]
        for (method, path, body) in calls {
            #expect(try await api.call(method, path, as: bob, body).status == 404)
            #expect(try await api.call(method, path, as: nil, body).status == 401)
        }
        #expect(try await api.call(.get, Self.path, as: bob).member("items")?.elements?.isEmpty == true)
        #expect(try await api.call(.get, Self.path, as: admin).member("items")?.elements?.count == 1)
        #expect(try await api.call(.patch, target, as: admin, #"{"rate":1}"#)["owner_id"] == "\(ada.user.id)")
        let reader = try await api.token(for: ada.user, [.jobsRead])
        #expect(try await api.call(.get, target, as: reader).status == 200)
        #expect(try await api.call(.post, Self.path, as: reader, Self.full).status == 403)
        #expect(try await api.call(.patch, target, as: reader, "{}").status == 403)
        #expect(try await api.call(.delete, target, as: reader).status == 403)
        #expect(try await api.call(.post, "\(target)/secrets", as: reader).status == 403)
        let taken = try await api.call(.post, Self.path, as: ada, Self.full)
        #expect(taken.status == 409)
        #expect(taken["code"] == "name_taken")
        #expect(try await create(as: bob).status == 201)
    }
}
