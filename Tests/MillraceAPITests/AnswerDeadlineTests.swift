import HTTPTypes
import Hummingbird
import Logging
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct AnswerDeadlineTests {
    let jobs = HangingJobs()
    let api: TestAPI

    init() {
        api = TestAPI(jobs: jobs)
    }

    private var path: String { "/api/v1/jobs/\(JobID(SequentialIDs.id(1)))" }

    /// Sends a request that hangs in the store, and lets its time be over.
    private func expired(_ method: HTTPRequest.Method, _ target: String, _ body: String? = nil) async throws -> Reply {
        let ada = try await api.bearer()
        let reply = Task { try await api.call(method, target, as: ada, body) }
        try await jobs.calls.wait(forCount: 1, within: .seconds(30))
        // Hanging it may do before anybody looks after it.
        while api.api.deadlines.count == 0 { await Task.yield() }
        api.api.deadlines.expire(at: .now + .seconds(4))
        #expect(api.api.deadlines.count == 1)
        api.api.deadlines.expire(at: .now + .seconds(5))
        return try await reply.value
    }

    @Test func `a read that takes too long is answered while it goes on`() async throws {
        let reply = try await expired(.get, path)
        #expect(reply.status == 503)
        #expect(reply["code"] == "unavailable")
        #expect(reply.headers[.retryAfter] == "1")
        #expect(api.api.deadlines.count == 1)
        jobs.letGo()
        while api.api.deadlines.count > 0 { await Task.yield() }
    }

    @Test func `of a write that takes too long nobody knows what it did`() async throws {
        let reply = try await expired(.post, "\(path)/cancel")
        #expect(reply.status == 503)
        #expect(reply["code"] == "outcome_unknown")
        jobs.letGo()
    }

    @Test func `a given up request is logged with its route and its user`() async throws {
        let ada = try await api.bearer()
        _ = try await expired(.get, path)
        jobs.letGo()
        let line = try #require(api.lines.elements.last { $0.message == "request served" })
        #expect(line.metadata["http.route"] == "/api/v1/jobs/{id}")
        #expect(line.metadata["user.id"] == "\(ada.user.id)")
        #expect(line.metadata["http.status"] == "503")
    }

    @Test func `the service looks after the time by itself and awaits what is late`() async throws {
        let deadlines = AnswerDeadlines(interval: .milliseconds(5))
        let service = Task { try await deadlines.run() }
        let gate = Recorder<Bool>()
        let end = await deadlines.answer(within: AnswerDeadline(.milliseconds(20))) {
            // Deaf to cancellation.
            _ = try await Task { try await gate.wait(forCount: 1, within: .seconds(30)) }.value
            return Response(status: .ok)
        }
        guard case .expired(hadBegun: false) = end else {
            Issue.record("\(end)")
            return
        }
        service.cancel()
        #expect(deadlines.count == 1)
        gate.record(true)
        try await service.value
        #expect(deadlines.count == 0)
    }

    @Test func `an answer in time is the handler's, value or error`() async throws {
        let deadlines = AnswerDeadlines()
        let ends = [
            await deadlines.answer(within: AnswerDeadline(.seconds(60))) { Response(status: .accepted) },
            await deadlines.answer(within: AnswerDeadline(.seconds(60))) {
                await Task.yield()
                throw DomainError.unauthenticated
            },
        ]
        guard case .answered(.success(let response)) = ends[0], case .answered(.failure(let error)) = ends[1] else {
            Issue.record("\(ends)")
            return
        }
        #expect(response.status == .accepted)
        #expect(error as? DomainError == .unauthenticated)
        #expect(deadlines.count == 0)
    }

    @Test func `the client's time is not counted`() async throws {
        let deadline = AnswerDeadline(.seconds(10))
        try await deadline.pausing {
            #expect(!deadline.expire(at: .now + .seconds(3600)))
        }
        deadline.extend(by: .seconds(60))
        #expect(!deadline.expire(at: .now + .seconds(69)))
        #expect(deadline.expire(at: .now + .seconds(71)))
    }

    @Test func `after its end nothing is read from the client, and a late answer is nobody's`() async throws {
        let deadline = AnswerDeadline(.seconds(1))
        deadline.begin(for: UserID(SequentialIDs.id(1)))
        #expect(deadline.expire(at: .now + .seconds(2)))
        #expect(!deadline.expire(at: .now + .seconds(2)))
        await #expect(throws: CancellationError.self) {
            try await deadline.pausing { Issue.record("it was read") }
        }
        deadline.finish(.success(Response(status: .ok)))
        guard case .expired(hadBegun: true) = await deadline.wait() else {
            Issue.record("a late answer was given")
            return
        }
    }
}
