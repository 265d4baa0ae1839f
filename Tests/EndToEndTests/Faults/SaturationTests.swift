import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

/// A database that takes no work: what there is no room for is put off at once, the rest in its time, and looking goes on.
@Suite(LocalStackTrait(settings: ["HTTP_MAX_IN_FLIGHT": "80"]), .timeLimit(.minutes(3)))
struct SaturationTests {
    private struct Answer {
        let status: UInt
        let isToldWhen: Bool
        let body: String
        let took: Duration
    }

    @Test func `a database that takes no work is told as 503 with a time, and never by hanging`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let job = try await client.settled(client.submit(#"{"kind":"noop"}"#)).string("id")
        let blocker = try await stack.block("LOCK TABLE jobs IN SHARE MODE")
        async let answers = submit(300, to: client)
        // Room is kept for looking, however much work waits.
        for _ in 0..<20 {
            let read = try await client.get("/api/v1/jobs/\(try #require(job))")
            #expect(read.status == 200, "\(read.text)")
            #expect(try await client.get("/livez").status == 200)
        }
        let all = try await answers
        try await stack.unblock(blocker)
        #expect(all.count == 300)
        for answer in all {
            #expect(answer.status == 503 && answer.isToldWhen && answer.took < .seconds(12), "\(answer)")
        }
        let refused = all.filter { $0.body.contains("overloaded") }
        #expect(refused.count >= 300 - 80 && refused.count < 300)
        let waited = all.filter { !$0.body.contains("overloaded") }
        #expect(refused.map(\.took).min() ?? .zero < waited.map(\.took).min() ?? .zero)
        #expect(try await client.settled(client.submit(#"{"kind":"noop"}"#)).string("state") == "succeeded")
    }

    /// All at once, over as many connections.
    private func submit(_ count: Int, to client: APIClient) async throws -> [Answer] {
        var settings = HTTPClient.Configuration()
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = count
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let answers: Result<[Answer], any Error>
        do {
            answers = .success(
                try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<count { group.addTask { try await submit(by: http, to: client) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                })
        } catch {
            answers = .failure(error)
        }
        try await http.shutdown()
        return try answers.get()
    }

    private func submit(by http: HTTPClient, to client: APIClient) async throws -> Answer {
        var request = HTTPClientRequest(url: client.baseURL + "/api/v1/jobs")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(client.token ?? "")")
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: #"{"kind":"noop"}"#))
        let began = ContinuousClock.now
        let response = try await http.execute(request, timeout: .seconds(30))
        let body = String(buffer: try await response.body.collect(upTo: 1 << 16))
        return Answer(
            status: response.status.code, isToldWhen: response.headers.contains(name: "Retry-After"), body: body,
            took: .now - began)
    }
}
