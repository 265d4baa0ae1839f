import Testing

extension EverydayTests {
    @Suite struct Refusals {
        @Test(
            arguments: [
                (#"{"kind":"noop","payload":{"a":1,}}"#, "malformed_request", nil),
                (#"{"kind":"noop","surprise":1}"#, "validation_failed", "/surprise"),
                (#"{"kind":"Not A Kind"}"#, "validation_failed", "/kind"),
                (#"{"payload":{}}"#, "validation_failed", "/kind"),
                (#"{"kind":"no.such.kind"}"#, "validation_failed", "/kind"),
                (#"{"kind":"noop","priority":10}"#, "validation_failed", "/priority"),
                (#"{"kind":"noop","tags":["ok",7]}"#, "validation_failed", "/tags/1"),
                (#"{"kind":"noop","id":"7"}"#, "validation_failed", "/id"),
            ] as [(String, String, String?)])
        func `a bad submission is a problem that names its place, and the next good one is served`(
            body: String, code: String, pointer: String?
        ) async throws {
            let client = try deployment().client
            let answer = try await client.post("/api/v1/jobs", body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer.string("code") == code)
            if let pointer { #expect(answer.text.contains(#""pointer":"\#(pointer)""#), "\(answer.text)") }
            #expect(try await client.post("/api/v1/jobs", #"{"kind":"noop"}"#).status == 202)
        }

        @Test func `unknown routes, wrong methods and strangers get problems`() async throws {
            let client = try deployment().client
            let unknown = try await client.get("/api/v1/no-such-thing")
            #expect(unknown.status == 404)
            #expect(unknown.headers["content-type"] == "application/problem+json")
            let method = try await client.delete("/api/v1/jobs")
            #expect(method.status == 405)
            #expect(method.headers["allow"]?.contains("POST") == true)
            let stranger = APIClient(baseURL: client.baseURL, token: "mr_nobody")
            let refused = try await stranger.get("/api/v1/jobs")
            #expect(refused.status == 401)
            #expect(refused.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            #expect(try await APIClient(baseURL: client.baseURL, token: nil).get("/livez").status == 200)
        }
    }
}
