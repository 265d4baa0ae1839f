import Foundation
import Testing

extension EverydayTests {
    @Suite struct Repeats {
        @Test func `a request that is repeated under its key gets the reply of the first`() async throws {
            let client = try deployment().client
            let (queue, key) = (Deployment.uniqueName("repeat"), ["Idempotency-Key": "\"\(UUID().uuidString)\""])
            let job = #"{"kind":"noop","queue":"\#(queue)"}"#
            for (path, body) in [("/api/v1/jobs", job), ("/api/v1/jobs/bulk", #"{"jobs":[\#(job),\#(job)]}"#)] {
                let first = try await client.post(path, body, headers: key)
                let again = try await client.post(path, body, headers: key)
                #expect(first.status == again.status && first.status < 300, "\(first.text)")
                #expect(first.headers["idempotency-replayed"] == nil)
                #expect(again.headers["idempotency-replayed"] == "true")
                #expect(again.headers["location"] == first.headers["location"])
                #expect(again.text == first.text)
                let other = try await client.post(path, body + " ", headers: key)
                #expect(other.text == first.text, "white space around a document is none of its content")
                let unlike = try await client.post(
                    path, body.replacing("noop", with: "sleep"), headers: key)
                #expect(unlike.status == 422 && unlike.string("code") == "idempotency_mismatch", "\(unlike.text)")
            }
            #expect(try await client.jobs(inQueue: queue).count == 3)
        }

        @Test func `of two jobs with one unique key the second is returned, refused or replaces the first`()
            async throws
        {
            let client = try deployment().client
            let key = UUID().uuidString
            func job(_ onConflict: String) -> String {
                #"{"kind":"noop","run_at":"2999-01-01T00:00:00Z","#
                    + #""unique":{"key":"\#(key)","on_conflict":"\#(onConflict)"}}"#
            }
            let first = try await client.post("/api/v1/jobs", job("return"))
            let id = try #require(first.string("id"))
            #expect(first.status == 202)
            let unique = #""unique":{"key":"\#(key)","scope":"active","window_ms":null,"on_conflict":"return"}"#
            #expect(first.text.contains(unique), "\(first.text)")
            let returned = try await client.post("/api/v1/jobs", job("return"))
            #expect(returned.status == 200 && returned.text == first.text)
            let refused = try await client.post("/api/v1/jobs", job("reject"))
            #expect(refused.status == 409 && refused.string("code") == "unique_conflict", "\(refused.text)")
            #expect(refused.string("job_id") == id)
            let next = try await client.post("/api/v1/jobs", job("replace"))
            let nextID = try #require(next.string("id"))
            #expect(next.status == 202 && nextID != id)
            #expect(try await client.get("/api/v1/jobs/\(id)").string("state") == "cancelled")
            #expect(try await client.post("/api/v1/jobs/\(id)/retry").string("job_id") == nextID)
            #expect(try await client.post("/api/v1/jobs/\(nextID)/cancel").status == 200)
            #expect(try await client.post("/api/v1/jobs/\(id)/retry").status == 202)
            #expect(try await client.settled(id).string("state") == "succeeded")
        }
    }
}
