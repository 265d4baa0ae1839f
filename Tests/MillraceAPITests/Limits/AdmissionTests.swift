import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    let jobs = HangingJobs()
    let api: TestAPI

    init() {
        api = TestAPI(jobs: jobs) { $0.limits.maxInFlight = 3 }
    }

    private var path: String { "/api/v1/jobs/\(JobID(SequentialIDs.id(1)))" }

    /// Requests that hang in the store.
    private func hang(_ count: Int, as bearer: TestAPI.Bearer) async throws -> [Task<Reply, any Error>] {
        let before = jobs.calls.elements.count
        let replies = (0..<count).map { _ in Task { try await api.call(.get, path, as: bearer) } }
        try await jobs.calls.wait(forCount: before + count, within: .seconds(30))
        return replies
    }

    private func letGo(_ replies: [Task<Reply, any Error>]) async throws {
        jobs.letGo()
        for reply in replies { _ = try await reply.value }
        while api.api.responder.admission.count > 0 { await Task.yield() }
    }

    @Test func `with a saturated store one more request is refused at once, and later ones are served`() async throws {
        let ada = try await api.bearer()
        let hanging = try await hang(3, as: ada)
        for _ in 0..<100 {
            let reply = try await api.call(.get, path, as: ada)
            #expect(reply.status == 503)
            #expect(reply.headers[.retryAfter] == "1")
            #expect(
                reply.body == """
                    {"type":"/problems/overloaded","title":"Overloaded","status":503,\
                    "detail":"Too many requests are under way.","instance":"\(path)","code":"overloaded",\
                    "request_id":"test"}
                    """)
        }
        #expect(jobs.calls.elements.count == 3)
        // Whoever watches the process still can.
        for target in ["/livez", "/readyz", "/openapi.yaml"] {
            #expect(try await api.call(.get, target).status == 200)
        }
        try await letGo(hanging)
        #expect(try await api.call(.get, "/api/v1/users/\(ada.user.id)", as: ada).status == 200)
        #expect(try await api.call(.get, path, as: ada)["code"] == "unavailable")
    }

    @Test func `new work is refused before reads and cancels are`() async throws {
        let ada = try await api.bearer()
        var hanging = try await hang(2, as: ada)
        let work = try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#)
        #expect(work.status == 503)
        #expect(work["code"] == "overloaded")
        hanging.append(Task { try await api.call(.post, "\(path)/cancel", as: ada) })
        try await jobs.calls.wait(forCount: 3, within: .seconds(30))
        #expect(try await api.call(.get, path, as: ada)["code"] == "overloaded")
        try await letGo(hanging)
    }

    @Test func `a request that was given up has its place until it has ended`() async throws {
        let ada = try await api.bearer()
        let hanging = try await hang(3, as: ada)
        while api.api.deadlines.count < 3 { await Task.yield() }
        api.api.deadlines.expire(at: .now + .seconds(5))
        for reply in hanging { #expect(try await reply.value["code"] == "unavailable") }
        #expect(try await api.call(.get, path, as: ada)["code"] == "overloaded")
        try await letGo([])
    }

    @Test func `who waits for a job has no place, and wants one again afterwards`() async throws {
        let api = TestAPI { $0.limits.maxInFlight = 1 }
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let waiting = Task {
            try await api.call(.get, "/api/v1/jobs/\(job.id)", as: ada, headers: [.prefer: "wait=60"])
        }
        while api.api.watcher.waiterCount == 0 { await Task.yield() }
        #expect(api.api.responder.admission.count == 0)
        #expect(try await api.call(.get, "/api/v1/jobs", as: ada).status == 200)
        try await api.succeed(job.id)
        await api.api.watcher.poll()
        #expect(try await waiting.value["state"] == "succeeded")
        #expect(api.api.responder.admission.count == 0)
    }

    @Test func `what comes back from a wait finds no room when others have taken it`() async throws {
        let admission = Admission(limit: 1)
        let place = try admission.enter(isWork: true)
        let taken = Recorder<Admission.Place>()
        let problem = await #expect(throws: Problem.self) {
            try await place.lending { taken.record(try admission.enter(isWork: false)) }
        }
        #expect(problem?.code == .overloaded)
        #expect(admission.count == 1)
        place.leave()
        #expect(admission.count == 1)
        taken.elements[0].leave()
        taken.elements[0].leave()
        #expect(admission.count == 0)
        try await admission.enter(isWork: true).lending {}
    }

    @Test func `every target that brings work is one of the routes`() {
        let templates = Set(api.api.responder.routes.routes.filter(\.isWork).map(\.template))
        #expect(templates == Route.workTargets)
    }
}
