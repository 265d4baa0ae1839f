import Foundation
import Testing

/// The three drivers, on the real thing: a receiver that checks signatures, programs, and the built-in import.
@Suite(.handlerStack)
struct HandlerTests {
    @Test func `every real event is delivered once, signed, byte for byte, however often it is produced`() async throws
    {
        let deployment = try deployment()
        let kcat = KafkaCat(brokers: try #require(deployment.kafkaBrokers))
        let receiver = try #require(HandlerStackTrait.receiver)
        let events = try Self.events()
        func produceAll() async throws {
            for (index, event) in events.enumerated() {
                try await kcat.produce(
                    topic: "millrace.jobs.github", event: "event-\(index)", source: "/github", type: "github.event",
                    payload: event)
            }
        }
        try await produceAll()
        try await eventually(within: 60, "all events have succeeded") {
            try await deployment.client.jobs(inQueue: "github", state: "succeeded").count == events.count
        }
        let deliveries = try receiver.deliveries().filter { $0.kind == "github.event" && !Self.isOwn($0) }
        #expect(deliveries.filter { !$0.verified }.isEmpty)
        #expect(deliveries.count == events.count)
        #expect(Set(deliveries.map(\.body)) == Set(events.map { Data($0.utf8) }))

        try await produceAll()
        // A marker behind the repeats: once it has run, they have been ingested.
        try await kcat.produce(
            topic: "millrace.jobs.github", event: "marker", source: "/github", type: "noop", payload: "{}")
        try await eventually(within: 60, "the marker has run") {
            try await deployment.client.get("/api/v1/jobs?queue=github&kind=noop&state=succeeded").items.count == 1
        }
        #expect(try await deployment.client.jobs(inQueue: "github").count == events.count + 1)
    }

    @Test func `a delivery that the receiver cannot take now is tried again`() async throws {
        let client = try deployment().client
        let id = try await client.submit(#"{"kind":"github.event","queue":"again","payload":{"fail_first":true}}"#)
        let job = try await client.settled(id)
        #expect(job.string("state") == "succeeded", "\(job.text)")
        let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
        #expect(attempts.compactMap { $0["outcome"] as? String } == ["failed", "succeeded"])
        let receiver = try #require(HandlerStackTrait.receiver)
        let deliveries = try receiver.deliveries().filter { $0.id == id }
        #expect(deliveries.map(\.attempt) == ["1", "2"])
        #expect(deliveries.filter { !$0.verified }.isEmpty)
    }

    @Test func `a job goes to the endpoint that its owner has registered, signed with the key shown once`() async throws
    {
        let client = try deployment().client
        let made = try await client.post("/api/v1/webhook-endpoints", #"{"name":"inbox","url":"http://127.0.0.1:1/"}"#)
        #expect(made.status == 201, "\(made.text)")
        let secret = (made.object["secret"] as? [String: any Sendable])?["secret"] as? String
        let receiver = try await WebhookReceiver.start(secret: try #require(secret))
        let path = "/api/v1/webhook-endpoints/\(made.string("id") ?? "")"
        let moved = try await client.send("PATCH", path, #"{"url":"\#(receiver.url)"}"#)
        #expect(moved.status == 200, "\(moved.text)")
        let id = try await client.submit(#"{"kind":"endpoint.event","payload":{"fail_first":true}}"#)
        let job = try await client.settled(id)
        let deliveries = try receiver.deliveries()
        await receiver.stop()
        #expect(job.string("state") == "succeeded", "\(job.text)")
        #expect(deliveries.map(\.attempt) == ["1", "2"])
        #expect(deliveries.allSatisfy { $0.verified && $0.kind == "endpoint.event" })
        let audit = try await client.get("/api/v1/audit?subject=webhook_endpoint:\(made.string("id") ?? "")").items
        #expect(
            audit.compactMap { $0["action"] as? String } == ["webhook_endpoint.update", "webhook_endpoint.create"])
        _ = try await client.delete(path)
    }

    @Test func `a command gets the payload and its answer becomes the result`() async throws {
        let client = try deployment().client
        let id = try await client.submit(#"{"kind":"wordcount","payload":{"text":"to be or not"}}"#)
        let job = try await client.settled(id)
        #expect(job.text.contains(#""words": 4"#), "\(job.text)")
        #expect(job.text.contains(#""kind": "wordcount""#), "\(job.text)")
    }

    @Test func `a command that fails for good is dead and listed as a dead letter`() async throws {
        let client = try deployment().client
        let id = try await client.submit(#"{"kind":"refuses"}"#)
        #expect(try await client.settled(id).string("state") == "dead")
        #expect(try await client.get("/api/v1/dead-letters?limit=500").text.contains(id))
    }

    @Test func `ten thousand users are imported from a file, and importing them again changes nothing`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let lines = (1...10_000).map { #"{"email":"user-\#($0)@import.example","name":"User \#($0)"}"# }
        try await stack.write(lines.joined(separator: "\n") + "\n", to: "users.ndjson")
        let job = #"{"kind":"users.import","payload":{"file":"users.ndjson"}}"#
        let first = try await client.settled(client.submit(job))
        #expect(first.text.contains(#""created":10000"#), "\(first.text)")
        let second = try await client.settled(client.submit(job))
        #expect(second.text.contains(#""unchanged":10000"#), "\(second.text)")
    }

    @Test func `a file with bad lines imports nothing, or exactly the good ones when told to skip`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let text = """
            {"email":"good-1@skip.example","name":"One"}
            {"email":"not an address","name":"Two"}
            {"email":"good-3@skip.example","name":"Three"}
            oops
            """
        try await stack.write(text, to: "bad.ndjson")
        let aborted = try await client.settled(
            client.submit(#"{"kind":"users.import","payload":{"file":"bad.ndjson"}}"#))
        #expect(aborted.string("state") == "dead")
        let error = aborted.object["last_error"] as? [String: any Sendable]
        let message = error?["message"] as? String ?? ""
        #expect(message.contains("2") && message.contains("4"), "the lines are named: \(message)")
        #expect(try await client.get("/api/v1/users?email=good-1@skip.example").items.isEmpty)
        let skipped = try await client.settled(
            client.submit(#"{"kind":"users.import","payload":{"file":"bad.ndjson","on_error":"skip"}}"#))
        #expect(skipped.string("state") == "succeeded", "\(skipped.text)")
        #expect(skipped.text.contains(#""created":2"#), "\(skipped.text)")
        #expect(skipped.text.contains(#""line":2"#) && skipped.text.contains(#""line":4"#), "\(skipped.text)")
    }

    private static func isOwn(_ delivery: WebhookReceiver.Delivery) -> Bool {
        delivery.body == Data(#"{"fail_first":true}"#.utf8)
    }

    /// Real payloads from beside the project where they are, else some of the same shape and size.
    private static func events() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../../shared/data/github-events.ndjson").standardized
        if let text = try? String(contentsOf: file, encoding: .utf8) {
            return text.split(separator: "\n").map(String.init)
        }
        return (1...150).map { number in
            let filler = String(repeating: "é\\u00e9 ", count: 500 + number * 20)
            return #"{"event":"push","name":"\#(number)","payload":{"size":1.0e2,"text":"\#(filler)"}}"#
        }
    }
}
