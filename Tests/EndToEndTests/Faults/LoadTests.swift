import Foundation
import Testing

/// Leaving under load: nobody notices.
@Suite(.localStack, .serialized)
struct LoadTests {
    @Test func `none is lost and none fails when one of two consumers leaves under load`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let leaving = try await stack.addConsumer()
        let queue = Deployment.uniqueName("load")
        let total = 2000
        let job = #"{"kind":"sleep","queue":"\#(queue)","payload":{"ms":5}}"#
        var accepted = 0
        for batch in 0..<20 {
            let jobs = Array(repeating: job, count: total / 20).joined(separator: ",")
            let answer = try await client.post("/api/v1/jobs/bulk", #"{"jobs":[\#(jobs)]}"#)
            accepted += answer.items.count { ($0["status"] as? NSNumber)?.intValue == 202 }
            if batch == 10 { leaving.signal(SIGTERM) }
        }
        #expect(accepted == total)
        #expect(await leaving.ended(within: .seconds(32)) == 0)
        await stack.remove(leaving)
        try await eventually(within: 60, "all have succeeded") {
            try await client.jobs(inQueue: queue, state: "succeeded").count == total
        }
        #expect(try await client.jobs(inQueue: queue).count == total)
    }

    @Test func `the API leaves within its limit although a client never finishes its request`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let half = try HalfRequest(url: client.baseURL)
        #expect(await stack.api.stop(within: .seconds(30)) == 0)
        half.close()
        try await stack.restartAPI()
        #expect(try await client.settled(client.submit(#"{"kind":"noop"}"#)).string("state") == "succeeded")
    }
}
