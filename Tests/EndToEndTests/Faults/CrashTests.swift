import Foundation
import Testing

/// What happens to work when processes die, freeze and leave. One stack; the tests take turns in hurting it.
@Suite(.localStack, .serialized)
struct CrashTests {
    @Test func `work of a killed consumer is done by another run, with one terminal record`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let victim = try #require(await stack.consumers.first)
        let id = try await client.submit(#"{"kind":"sleep","payload":{"ms":2000}}"#)
        try await eventually("the job runs") {
            try await client.get("/api/v1/jobs/\(id)").string("state") == "running"
        }
        await victim.crash()
        await stack.remove(victim)
        try await stack.addConsumer()
        let job = try await client.settled(id, within: 30)
        #expect(job.string("state") == "succeeded", "\(job.text)")
        let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
        #expect(attempts.compactMap { $0["outcome"] as? String } == ["lost", "succeeded"])
    }

    @Test func `a frozen consumer's late finish changes nothing`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let frozen = try #require(await stack.consumers.first)
        let id = try await client.submit(#"{"kind":"sleep","payload":{"ms":1500}}"#)
        try await eventually("the job runs") {
            try await client.get("/api/v1/jobs/\(id)").string("state") == "running"
        }
        frozen.signal(SIGSTOP)
        try await stack.addConsumer()
        let done = try await client.settled(id, within: 30)
        #expect(done.string("state") == "succeeded", "\(done.text)")
        frozen.signal(SIGCONT)
        // The thawed consumer has caught up once it runs work again that only it is left to do.
        for other in await stack.consumers where other !== frozen {
            #expect(await other.stop() == 0)
            await stack.remove(other)
        }
        _ = try await client.settled(client.submit(#"{"kind":"noop"}"#), within: 40)
        let after = try await client.get("/api/v1/jobs/\(id)")
        #expect(after.text == done.text)
        let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
        #expect(attempts.compactMap { $0["outcome"] as? String } == ["lost", "succeeded"])
    }

    @Test func `a job accepted by an API that dies at once still runs`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let id = try await client.submit(#"{"kind":"noop"}"#)
        await stack.api.crash()
        try await stack.restartAPI()
        #expect(try await client.settled(id).string("state") == "succeeded")
    }

    @Test func `a consumer that is asked to leave gives its unfinished work back uncharged`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let leaving = try #require(await stack.consumers.first)
        let id = try await client.submit(#"{"kind":"sleep","payload":{"ms":29000}}"#)
        try await eventually("the job runs") {
            try await client.get("/api/v1/jobs/\(id)").string("state") == "running"
        }
        #expect(await leaving.stop() == 0)
        await stack.remove(leaving)
        let job = try await client.get("/api/v1/jobs/\(id)")
        #expect(job.string("state") == "queued", "\(job.text)")
        #expect((job.object["attempt"] as? NSNumber)?.intValue == 0)
        #expect(try await client.post("/api/v1/jobs/\(id)/cancel").status == 200)
        try await stack.addConsumer()
    }
}
