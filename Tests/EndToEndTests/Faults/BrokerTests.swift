import Foundation
import Testing

/// The broker is a transport: it may go, and come back with nothing in it.
@Suite(.localStack, .serialized)
struct BrokerTests {
    @Test func `jobs are accepted and run while the broker is gone, and nothing runs twice when it is back empty`()
        async throws
    {
        let stack = try localStack()
        let client = try deployment().client
        let queue = Deployment.uniqueName("broker")
        let kcat = KafkaCat(brokers: try #require(stack.deployment.kafkaBrokers))
        let topic = "millrace.jobs.\(queue)"
        func produce(_ ids: ClosedRange<Int>) async throws {
            for id in ids {
                try await kcat.produce(
                    topic: topic, event: "\(queue)-\(id)", source: "/e2e", type: "noop", payload: "{}")
            }
        }
        try await produce(1...3)
        try await eventually("the first events have run") {
            try await client.jobs(inQueue: queue, state: "succeeded").count == 3
        }

        await stack.broker.crash()
        var ids: [String] = []
        for _ in 1...20 { ids.append(try await client.submit(#"{"kind":"noop","queue":"\#(queue)"}"#)) }
        for id in ids { #expect(try await client.settled(id, within: 10).string("state") == "succeeded") }

        try await stack.restartBroker()
        // Two old events again and one new: the new one is a job although its offset was used before.
        try await produce(2...4)
        try await eventually(within: 60, "the new event has run") {
            try await client.jobs(inQueue: queue, state: "succeeded").count == 24
        }
        #expect(try await client.jobs(inQueue: queue).count == 24)
        for id in ids {
            let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
            #expect(attempts.count == 1, "job \(id) ran once")
        }
    }
}
