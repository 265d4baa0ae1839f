import Foundation
import Testing

extension EverydayTests {
    @Suite struct JobsByHTTP {
        @Test func `a job submitted by HTTP succeeds, its payload kept as sent`() async throws {
            let client = try deployment().client
            let id = try await client.submit(#"{"kind":"noop","payload":{"a":1.50,"b":[1,2]}}"#)
            let answer = try await client.get("/api/v1/jobs/\(id)", headers: ["Prefer": "wait=10"])
            #expect(answer.string("state") == "succeeded", "\(answer.text)")
            #expect(answer.text.contains(#""payload":{"a":1.50,"b":[1,2]}"#), "the payload is kept as sent")
        }

        @Test func `a submitted job is seen in the list of its queue`() async throws {
            let client = try deployment().client
            let queue = Deployment.uniqueName("list")
            let id = try await client.submit(#"{"kind":"noop","queue":"\#(queue)","tags":["e2e"]}"#)
            let jobs = try await client.jobs(inQueue: queue)
            #expect(jobs.compactMap { $0["id"] as? String } == [id])
            _ = try await client.settled(id)
        }

        @Test func `the same id with the same content is the same job, with other content a conflict`() async throws {
            let client = try deployment().client
            let id = UUID().uuidString.lowercased()
            let body = #"{"id":"\#(id)","kind":"noop","payload":{"n":1}}"#
            #expect(try await client.post("/api/v1/jobs", body).status == 202)
            #expect(try await client.post("/api/v1/jobs", body).status == 200)
            let other = try await client.post("/api/v1/jobs", #"{"id":"\#(id)","kind":"noop","payload":{"n":2}}"#)
            #expect(other.status == 409)
            #expect(other.headers["content-type"] == "application/problem+json")
        }

        @Test func `a bulk submission reports the bad ones and runs the good ones`() async throws {
            let client = try deployment().client
            let queue = Deployment.uniqueName("bulk")
            let good = #"{"kind":"noop","queue":"\#(queue)"}"#
            let answer = try await client.post(
                "/api/v1/jobs/bulk", #"{"jobs":[\#(good),{"kind":"No Such"},\#(good)]}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.items.map { ($0["status"] as? NSNumber)?.intValue } == [202, 400, 202])
            try await eventually("both good jobs have succeeded") {
                try await client.jobs(inQueue: queue, state: "succeeded").count == 2
            }
        }

        @Test func `a job with a later start waits, and a cancel ends it`() async throws {
            let client = try deployment().client
            let id = try await client.submit(#"{"kind":"noop","run_at":"2999-01-01T00:00:00Z"}"#)
            #expect(try await client.get("/api/v1/jobs/\(id)").string("state") == "scheduled")
            let cancelled = try await client.post("/api/v1/jobs/\(id)/cancel")
            #expect(cancelled.status == 200)
            #expect(cancelled.string("state") == "cancelled")
            #expect(try await client.post("/api/v1/jobs/\(id)/cancel").string("code") == "already_terminal")
        }

        @Test func `a running job is stopped when a cancel is asked for`() async throws {
            let client = try deployment().client
            let id = try await client.submit(#"{"kind":"sleep","payload":{"ms":60000}}"#)
            try await eventually("the job runs") {
                try await client.get("/api/v1/jobs/\(id)").string("state") == "running"
            }
            #expect(try await client.post("/api/v1/jobs/\(id)/cancel").status == 202)
            #expect(try await client.settled(id, within: 20).string("state") == "cancelled")
        }

        @Test func `a cancelled job runs again when an operator retries it`() async throws {
            let client = try deployment().client
            let id = try await client.submit(#"{"kind":"noop","run_at":"2999-01-01T00:00:00Z"}"#)
            #expect(try await client.post("/api/v1/jobs/\(id)/cancel").status == 200)
            #expect(try await client.post("/api/v1/jobs/\(id)/retry").status == 202)
            #expect(try await client.settled(id).string("state") == "succeeded")
        }

        @Test func `an attempt beyond its time limit is retried until the budget is spent, then dead`() async throws {
            let client = try deployment().client
            let id = try await client.submit(
                #"{"kind":"sleep","payload":{"ms":60000},"timeout_ms":50,"max_attempts":2,"retry":{"base_ms":50}}"#)
            let job = try await client.settled(id)
            #expect(job.string("state") == "dead")
            #expect((job.object["attempt"] as? NSNumber)?.intValue == 2)
            let error = job.object["last_error"] as? [String: any Sendable]
            #expect(error?["code"] as? String == "timeout")
            let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
            #expect(attempts.compactMap { $0["outcome"] as? String } == ["failed", "failed"])
        }
    }
}
