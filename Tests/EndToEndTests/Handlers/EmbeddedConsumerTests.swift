import Foundation
import Testing

/// A consumer with handlers of its own, as the README shows how to make one.
@Suite(.embeddedStack, .serialized)
struct EmbeddedConsumerTests {
    @Test func `what a transaction writes is there once for every job, however often consumers are killed`()
        async throws
    {
        let stack = try localStack()
        let client = try deployment().client
        let (calls, jobs) = (4, 2000)
        // Without a key: a row that is written twice is two rows.
        _ = try await stack.rows("CREATE TABLE charges (job_id uuid NOT NULL, request text NOT NULL)")
        let some = Array(repeating: #"{"kind":"charge","queue":"charges"}"#, count: jobs / calls)
        let body = "{\"jobs\":[\(some.joined(separator: ","))]}"
        for _ in 0..<calls {
            let answer = try await client.post("/api/v1/jobs/bulk", body)
            #expect(answer.status == 200 && !answer.text.contains("problem"))
        }
        for share in [4, 2] {
            let victim = try #require(await stack.consumers.first)
            try await eventually(within: 60, "one part in \(share) of the charges is made") {
                try await stack.charges().rows >= jobs / share
            }
            await victim.crash()
            await stack.remove(victim)
            #expect(try await stack.charges().rows < jobs, "the consumer was killed too late to tell anything")
            try await stack.addConsumer()
        }
        try await eventually(within: 60, "every job has succeeded") {
            try await client.jobs(inQueue: "charges", state: "succeeded").count == jobs
        }
        let charges = try await stack.charges()
        #expect(charges.rows == jobs && charges.jobs == jobs)
    }

    @Test func `a handler runs with what its job says, and its refusal is the job's error`() async throws {
        let client = try deployment().client
        let good = try await client.submit(#"{"kind":"thumbnail","payload":{"url":"https://example.com/a.png"}}"#)
        #expect(try await client.settled(good).string("state") == "succeeded")
        let bad = try await client.settled(client.submit(#"{"kind":"thumbnail","payload":{}}"#))
        #expect(bad.string("state") == "dead" && bad.text.contains(#""code":"bad_payload""#), "\(bad.text)")
    }

    @Test func `slots that handlers keep against all orders degrade readiness until they return`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let consumer = try #require(await stack.consumers.first)
        var stuck: [String] = []
        for _ in 0..<2 {
            stuck.append(
                try await client.submit(#"{"kind":"stubborn","timeout_ms":100,"max_attempts":1}"#))
        }
        try await eventually(within: 20, "readiness says degraded") {
            let answer = try await stack.ask(consumer, "/readyz")
            return answer.status == 200 && answer.text.contains(#""handlers":"failed""#)
                && answer.string("status") == "degraded"
        }
        for id in stuck {
            let job = try await client.get("/api/v1/jobs/\(id)")
            #expect(job.string("state") == "dead" && job.text.contains(#""code":"timeout""#), "\(job.text)")
        }
        // The slots that are left go on working.
        #expect(try await client.settled(client.submit(#"{"kind":"noop"}"#)).string("state") == "succeeded")
        try await eventually(within: 20, "readiness says ok") {
            try await stack.ask(consumer, "/readyz").string("status") == "ok"
        }
    }
}

extension LocalStack {
    /// How many charges there are, and of how many jobs.
    fileprivate func charges() async throws -> (rows: Int, jobs: Int) {
        let fields = try await rows("SELECT count(*), count(DISTINCT job_id) FROM charges").first?.split(separator: "|")
        let numbers = (fields ?? []).compactMap { Int($0) }
        return (numbers.first ?? -1, numbers.last ?? -1)
    }
}

extension Trait where Self == LocalStackTrait {
    /// A stack whose consumers are the embedded one, with four slots each.
    fileprivate static var embeddedStack: Self {
        Self(
            handlers: """
                handlers:
                  charge: {driver: swift}
                  stubborn: {driver: swift}
                  thumbnail: {driver: swift}
                """,
            consumer: "EmbeddedConsumer", settings: ["WORKER_CONCURRENCY": "4"])
    }
}
