import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct BulkTests {
    let api = TestAPI { $0.limits.maxBulkJobs = 20 }
    private let target = "/api/v1/jobs/bulk"
    private let id = "00000000-0000-7000-8000-00000000000a"

    private func statuses(_ reply: Reply) -> [Int64?] {
        reply.items.map { item in item.members?.first { $0.name == "status" }?.value.integer }
    }

    private func problem(_ item: JSONText) -> Reply {
        let problem = item.members?.first { $0.name == "problem" }?.value.text ?? ""
        return Reply(status: 0, headers: [:], body: problem)
    }

    @Test func `good jobs are accepted and bad ones reported, each at its place`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(
            .post, target, as: ada,
            """
            {"jobs":[{"kind":"mail","id":"\(id)"},{"kind":"mail","id":"\(id)"},
             {"kind":"mail","id":"\(id)","priority":1},
             {"kind":"nope"},{"kind":"mail","priority":10,"extra":1},7,{"kind":"mail"}]}
            """)
        #expect(reply.status == 200)
        #expect(statuses(reply) == [202, 200, 409, 400, 400, 400, 202])
        #expect(problem(reply.items[2])["code"] == "id_taken")
        #expect(problem(reply.items[3]).pointers == ["/jobs/3/kind"])
        #expect(problem(reply.items[4]).pointers == ["/jobs/4/priority", "/jobs/4/extra"])
        #expect(problem(reply.items[5]).pointers == ["/jobs/5"])
        #expect(
            reply.items[3].text == """
                {"index":3,"status":400,"problem":{"type":"/problems/validation_failed","title":"Validation failed",\
                "status":400,"detail":"One value is not allowed.","code":"validation_failed","errors":[\
                {"pointer":"/jobs/3/kind","code":"unknown_kind",\
                "detail":"has no handler, see GET /api/v1/kinds"}]}}
                """)
        let stored = try await api.call(.get, "/api/v1/jobs", as: ada)
        #expect(stored.items.count == 2)
    }

    @Test func `an atomic batch with a fault leaves no trace and names every fault`() async throws {
        let ada = try await api.bearer()
        try await api.submit(ada) { $0.id = JobID(SequentialIDs.id(10)) }
        let cases: [(jobs: String, pointers: [String])] = [
            (#"{"kind":"mail"},{"kind":"mail","priority":10},{"kind":"Bad!"}"#, ["/jobs/1/priority", "/jobs/2/kind"]),
            (#"{"kind":"mail"},{"kind":"nope"}"#, ["/jobs/1/kind"]),
            (#"{"kind":"mail"},{"kind":"mail","id":"\#(id)","priority":1}"#, ["/jobs/1/id"]),
        ]
        for (jobs, pointers) in cases {
            let reply = try await api.call(.post, "\(target)?atomic=true", as: ada, "{\"jobs\":[\(jobs)]}")
            #expect(reply.status == 400)
            #expect(reply["code"] == "validation_failed")
            #expect(reply.pointers == pointers)
        }
        #expect(try await api.call(.get, "/api/v1/jobs", as: ada).items.count == 1)
        let good = try await api.call(
            .post, "\(target)?atomic=true", as: ada, #"{"jobs":[{"kind":"mail"},{"kind":"mail","id":"\#(id)"}]}"#)
        #expect(good.status == 200)
        #expect(statuses(good) == [202, 200])
    }

    @Test func `an empty batch is answered with nothing`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.post, target, as: ada, #"{"jobs":[]}"#)
        #expect(reply.status == 200)
        #expect(reply.body == #"{"items":[]}"#)
    }

    @Test func `too many jobs are refused as a whole`() async throws {
        let ada = try await api.bearer()
        for (count, status) in [(20, 200), (21, 400)] {
            let jobs = Array(repeating: #"{"kind":"mail"}"#, count: count).joined(separator: ",")
            let reply = try await api.call(.post, target, as: ada, "{\"jobs\":[\(jobs)]}")
            #expect(reply.status == status)
        }
    }

    @Test func `a store that is down fails the whole batch`() async throws {
        let api = TestAPI(jobs: FailingJobs(error: .unavailable))
        let ada = try await api.bearer()
        let reply = try await api.call(.post, target, as: ada, #"{"jobs":[{"kind":"mail"}]}"#)
        #expect(reply.status == 503)
        #expect(reply.headers[.retryAfter] == "1")
    }
}
