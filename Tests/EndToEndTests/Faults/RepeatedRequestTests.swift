import Foundation
import Synchronization
import Testing

/// Requests that clients repeat until they are answered, while the API dies again and again.
@Suite(.localStack, .serialized)
struct RepeatedRequestTests {
    /// What the clients have come to.
    private final class Tally: Sendable {
        struct State {
            var isOver = false
            /// The job of each key.
            var jobs: [String: String] = [:]
            var unexpected: [String] = []
        }

        let state = Mutex(State())

        func note(_ answer: String) { state.withLock { $0.unexpected.append(answer) } }
    }

    @Test func `each key makes one job, however often the API dies in the middle of requests`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let queue = Deployment.uniqueName("keys")
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for number in 0..<100_000 where !tally.state.withLock({ $0.isOver }) {
                        try await Self.post("\(worker)-\(number)", queue, client, tally)
                    }
                }
            }
            for round in 1...3 {
                try await eventually("requests are under way") { tally.state.withLock { $0.jobs.count >= round * 40 } }
                await stack.api.crash()
                try await stack.restartAPI()
            }
            tally.state.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
        let (jobs, unexpected) = tally.state.withLock { ($0.jobs, $0.unexpected) }
        #expect(unexpected == [])
        let stored = try await client.jobs(inQueue: queue)
        #expect(stored.count == jobs.count)
        #expect(Set(stored.compactMap { $0["id"] as? String }) == Set(jobs.values))
        #expect(Set(jobs.values).count == jobs.count)
    }

    /// Sends one request until it is answered, as a client would.
    private static func post(
        _ key: String, _ queue: String, _ client: APIClient, _ tally: Tally
    ) async throws {
        let body = #"{"kind":"noop","queue":"\#(queue)","payload":{"key":"\#(key)"}}"#
        for _ in 0..<600 {
            guard let answer = try? await client.post("/api/v1/jobs", body, headers: ["Idempotency-Key": key]),
                ![409, 503].contains(answer.status)
            else {
                // What a client's pause would be: the API is down or at it.
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            guard answer.status == 202, let id = answer.string("id") else { return tally.note(answer.text) }
            return tally.state.withLock { $0.jobs[key] = id }
        }
        tally.note("\(key) was never answered")
    }
}
