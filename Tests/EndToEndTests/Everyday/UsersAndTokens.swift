import Testing

extension EverydayTests {
    @Suite struct UsersAndTokens {
        @Test func `a user is created, read, changed under its version and removed`() async throws {
            let client = try deployment().client
            let email = "\(Deployment.uniqueName("ada"))@example.com"
            let created = try await client.post("/api/v1/users", #"{"email":"\#(email)","name":"Ada"}"#)
            #expect(created.status == 201, "\(created.text)")
            let id = try #require(created.string("id"))
            let read = try await client.get("/api/v1/users/\(id)")
            let version = try #require(read.headers["etag"])
            #expect(try await client.get("/api/v1/users/\(id)", headers: ["If-None-Match": version]).status == 304)
            let twice = try await client.post(
                "/api/v1/users", #"{"email":"\#(email.uppercased())","name":"Another"}"#)
            #expect(twice.status == 409)
            #expect(twice.string("code") == "email_taken")
            let renamed = #"{"email":"\#(email)","name":"Ada Lovelace"}"#
            let path = "/api/v1/users/\(id)"
            #expect(try await client.send("PUT", path, renamed, headers: ["If-Match": version]).status == 200)
            #expect(try await client.send("PUT", path, renamed, headers: ["If-Match": version]).status == 412)
            #expect(try await client.delete(path).status == 204)
            #expect(try await client.get(path).status == 404)
        }

        @Test func `a token sees its user's own jobs only, and nothing once it is revoked`() async throws {
            let admin = try deployment().client
            let email = "\(Deployment.uniqueName("bob"))@example.com"
            let user = try await admin.post("/api/v1/users", #"{"email":"\#(email)","name":"Bob"}"#)
            let userID = try #require(user.string("id"))
            let made = try await admin.post(
                "/api/v1/users/\(userID)/tokens", #"{"name":"e2e","scopes":["jobs:read","jobs:write"]}"#)
            #expect(made.status == 201, "\(made.text)")
            let token: String = try #require(made.string("token"))
            let bob = APIClient(baseURL: admin.baseURL, token: token)
            let others = try await admin.submit(#"{"kind":"noop"}"#)
            #expect(try await bob.get("/api/v1/jobs/\(others)").status == 404)
            #expect(try await bob.post("/api/v1/users", #"{"email":"x@example.com","name":"X"}"#).status == 403)
            let own = try await bob.submit(#"{"kind":"noop"}"#)
            #expect(try await bob.settled(own).string("state") == "succeeded")
            #expect(try await bob.get("/api/v1/jobs").items.compactMap { $0["id"] as? String } == [own])
            let tokenID = try #require(made.string("id"))
            #expect(try await admin.delete("/api/v1/users/\(userID)/tokens/\(tokenID)").status == 204)
            try await eventually(within: 2, "the revoked token is refused") {
                try await bob.get("/api/v1/jobs").status == 401
            }
            #expect(try await admin.delete("/api/v1/users/\(userID)").status == 204)
        }

        @Test func `users are imported by a job, and importing them again changes nothing`() async throws {
            let client = try deployment().client
            let stem = Deployment.uniqueName("import")
            let lines = (1...3).map { #"{\"email\":\"\#(stem)-\#($0)@example.com\",\"name\":\"User \#($0)\"}"# }
            let body = #"{"kind":"users.import","payload":{"ndjson":"\#(lines.joined(separator: #"\n"#))"}}"#
            let first = try await client.settled(client.submit(body))
            #expect(first.string("state") == "succeeded", "\(first.text)")
            #expect(first.text.contains(#""created":3"#), "\(first.text)")
            let second = try await client.settled(client.submit(body))
            #expect(second.text.contains(#""unchanged":3"#), "\(second.text)")
            for number in 1...3 {
                let found = try await client.get("/api/v1/users?email=\(stem)-\(number)@example.com").items
                let id = try #require(found.first?["id"] as? String)
                #expect(try await client.delete("/api/v1/users/\(id)").status == 204)
            }
        }
    }
}
