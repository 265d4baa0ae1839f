import Testing

/// Two API processes over one Postgres.
@Suite(.localStack, .timeLimit(.minutes(3)))
struct RevocationTests {
    /// Passes when no request that was sent later than a second after `end` is let in.
    private func requireRefusal(of client: APIClient, after end: ContinuousClock.Instant) async throws {
        while true {
            let sent = ContinuousClock.now
            let status = try await client.get("/api/v1/jobs").status
            if status == 401 { return }
            #expect(status == 200)
            guard sent - end < .seconds(1) else {
                Issue.record("let in \(sent - end) after the token's end")
                return
            }
        }
    }

    @Test(arguments: ["revoked", "deleted with its user", "removed behind the API"])
    func `a token that ends at one node is refused by the other within a second`(how: String) async throws {
        let stack = try localStack()
        let admin = stack.deployment.client
        let other = try await stack.addAPI()
        let email = "\(Deployment.uniqueName("ada"))@example.com"
        let user = try await admin.post("/api/v1/users", #"{"email":"\#(email)","name":"Ada"}"#)
        let path = "/api/v1/users/\(try #require(user.string("id")))"
        let made = try await admin.post("\(path)/tokens", #"{"name":"e2e","scopes":["jobs:read"]}"#)
        let (token, id) = (try #require(made.string("token")), try #require(made.string("id")))
        let clients = [admin.baseURL, other].map { APIClient(baseURL: $0, token: token) }
        for _ in 0..<20 {
            for client in clients { #expect(try await client.get("/api/v1/jobs").status == 200) }
        }
        switch how {
        case "revoked": #expect(try await admin.delete("\(path)/tokens/\(id)").status == 204)
        case "deleted with its user": #expect(try await admin.delete(path).status == 204)
        default: _ = try await stack.rows("DELETE FROM api_tokens WHERE id = '\(id)'")
        }
        let end = ContinuousClock.now
        for client in clients { try await requireRefusal(of: client, after: end) }
    }
}
