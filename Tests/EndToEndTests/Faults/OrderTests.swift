import Foundation
import Testing

/// The order of keys on a whole system: over HTTP and Kafka, with several consumers, one of which is killed.
@Suite(.localStack)
struct OrderTests {
    @Test func `jobs of a key run in order, one at a time, whatever dies; other keys go on`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let victim = try #require(await stack.consumers.first)
        // Runs when its consumer is killed, and again after that.
        let long = #"{"kind":"sleep","payload":{"ms":3000},"ordering_key":"long"}"#
        var longs = [try await client.submit(long)]
        try await eventually("the long head runs") {
            try await client.get("/api/v1/jobs/\(longs[0])").string("state") == "running"
        }
        longs.append(try await client.submit(Self.short("long")))
        longs.append(try await client.submit(Self.short("long")))
        #expect(try await client.get("/api/v1/jobs/\(longs[1])").string("state") == "blocked")
        await victim.crash()
        await stack.remove(victim)
        for _ in 0..<3 { try await stack.addConsumer() }

        // Its head fails, waits for its next attempt, and dies.
        let failing = #"{"kind":"sleep","payload":{"ms":9000},"timeout_ms":50,"max_attempts":2,"#
        let retried = try await submitAll(
            [failing + #""retry":{"base_ms":6000},"ordering_key":"retried"}"#]
                + Array(repeating: Self.short("retried"), count: 5))
        try await eventually("the head of the other key waits for its next attempt") {
            try await client.get("/api/v1/jobs/\(retried[0])").string("state") == "retrying"
        }
        let meanwhile = try await client.submit(Self.short("meanwhile"))
        #expect(try await client.settled(meanwhile).string("state") == "succeeded")
        let waiting = try await client.get("/api/v1/jobs/\(retried[1])").string("state")
        #expect(waiting == "blocked", "the other key went on before this one")

        let recorded = try await produce(10)
        for ids in [longs, retried, recorded] { try await check(ids, client) }
        let first = try await client.get("/api/v1/jobs/\(longs[0])/attempts").items
        #expect(first.compactMap { $0["outcome"] as? String } == ["lost", "succeeded"])
        let dead = try await client.get("/api/v1/jobs/\(retried[0])")
        #expect(dead.string("state") == "dead")
    }

    @Test func `a cancelled head lets the next one go`() async throws {
        let client = try deployment().client
        let head = try await client.submit(
            #"{"kind":"noop","ordering_key":"c","run_at":"2999-01-01T00:00:00Z"}"#)
        let next = try await client.submit(Self.short("c"))
        #expect(try await client.get("/api/v1/jobs/\(next)").string("state") == "blocked")
        #expect(try await client.post("/api/v1/jobs/\(head)/release-key").string("code") == "holds_no_key")
        #expect(try await client.post("/api/v1/jobs/\(head)/cancel").status == 200)
        #expect(try await client.settled(next).string("state") == "succeeded")
    }

    private static func short(_ key: String) -> String {
        #"{"kind":"sleep","payload":{"ms":40},"ordering_key":"\#(key)"}"#
    }

    /// In one call, in the order given.
    private func submitAll(_ jobs: [String]) async throws -> [String] {
        let answer = try await deployment().client.post(
            "/api/v1/jobs/bulk", #"{"jobs":[\#(jobs.joined(separator: ","))]}"#)
        return try answer.items.map { item in
            let job = try #require(item["job"] as? [String: any Sendable])
            return try #require(job["id"] as? String)
        }
    }

    /// Events of one key on one partition; returns the ids of their jobs in the order of the records.
    private func produce(_ count: Int) async throws -> [String] {
        let kcat = KafkaCat(brokers: try #require(try deployment().kafkaBrokers))
        let client = try deployment().client
        let ids = (0..<count).map { _ in UUID().uuidString.lowercased() }
        for id in ids {
            let headers = [
                "ce_specversion": "1.0", "ce_id": id, "ce_source": "/e2e", "ce_type": "sleep", "ce_mrid": id,
                "ce_partitionkey": "recorded", "content-type": "application/json",
            ]
            try await kcat.produce(
                topic: "millrace.jobs.default", values: [#"{"ms":40}"#], headers: headers, partition: 3)
        }
        for id in ids {
            try await eventually("job \(id) exists") { try await client.get("/api/v1/jobs/\(id)").status == 200 }
        }
        return ids
    }

    /// All have ended, and the runs of each began after the last one of the job before it had ended.
    private func check(_ ids: [String], _ client: APIClient) async throws {
        var last = ""
        for id in ids {
            let job = try await client.settled(id, within: 40)
            #expect(["succeeded", "dead"].contains(job.string("state")), "\(job.text)")
            for attempt in try await client.get("/api/v1/jobs/\(id)/attempts").items {
                let began = try #require(attempt["started_at"] as? String)
                #expect(began >= last, "\(id) began at \(began), before \(last)")
                last = try #require(attempt["finished_at"] as? String)
            }
        }
    }
}
