import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct JobRoutesTests {
    let api = TestAPI()

    private func body(
        _ id: String, _ owner: TestAPI.Bearer, state: String = "queued", attempt: Int = 0,
        rest: String = """
        "created_at":"2026-11-21T09:30:00.123Z","started_at":null,"finished_at":null,"next_attempt_at":null,\
        "last_error":null,"result":null,"archived":false
        """
    ) -> String {
        """
        {"id":"\(id)","owner_id":"\(owner.user.id)","kind":"mail","payload":{},"queue":"default",\
        "ordering_key":null,"run_at":"2026-11-21T09:30:00.123Z","expires_at":null,"priority":5,"max_attempts":25,\
        "timeout_ms":null,"retry":null,"unique":null,"tags":[],"metadata":{},"state":"\(state)",\
        "attempt":\(attempt),"lost_leases":0,"progress":null,\(rest)}
        """
    }

    private static let first = "00000000-0000-7000-8000-000000000001"

    @Test func `a job is accepted, located and announced`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#)
        #expect(reply.status == 202)
        #expect(reply.body == body(Self.first, ada))
        #expect(reply.headers[.location] == "/api/v1/jobs/\(Self.first)")
        #expect(api.dispatcher.hints.map(\.jobID.description) == [Self.first])
    }

    @Test func `every member comes back as it was sent`() async throws {
        let ada = try await api.bearer()
        let payload = JSONText.oddlySpelt.text
        let reply = try await api.call(
            .post, "/api/v1/jobs", as: ada,
            """
            {"id":"AAAAAAAA-0000-7000-8000-00000000000a","kind":"hook","payload":\(payload),"queue":"q-1",
             "run_at":"2026-11-21T10:30:01+01:00","expires_at":"2026-11-22T00:00:00Z","priority":9,"max_attempts":2,
             "timeout_ms":86400000,"retry":{"base_ms":5},"tags":["a","b"],"metadata":{"k": "v"},"ordering_key":null}
            """)
        #expect(reply.status == 202)
        #expect(
            reply.body == """
                {"id":"aaaaaaaa-0000-7000-8000-00000000000a","owner_id":"\(ada.user.id)","kind":"hook",\
                "payload":\(payload),"queue":"q-1","ordering_key":null,"run_at":"2026-11-21T09:30:01.000Z",\
                "expires_at":"2026-11-22T00:00:00.000Z","priority":9,"max_attempts":2,"timeout_ms":86400000,\
                "retry":{"base_ms":5,"cap_ms":null,"max_age_ms":null},"unique":null,"tags":["a","b"],\
                "metadata":{"k": "v"},"state":"scheduled","attempt":0,"lost_leases":0,"progress":null,\
                "created_at":"2026-11-21T09:30:00.123Z","started_at":null,"finished_at":null,\
                "next_attempt_at":null,"last_error":null,"result":null,"archived":false}
                """)
        #expect(api.dispatcher.hints.isEmpty)
    }

    @Test func `the same id again is the same job, and other content a conflict`() async throws {
        let ada = try await api.bearer()
        let bob = try await api.bearer("bob")
        let id = "00000000-0000-7000-8000-00000000000a"
        let request = #"{"kind":"mail","id":"\#(id)"}"#
        #expect(try await api.call(.post, "/api/v1/jobs", as: ada, request).status == 202)
        let again = try await api.call(.post, "/api/v1/jobs", as: ada, request)
        #expect(again.status == 200)
        #expect(again.body == body(id, ada))
        #expect(again.headers[.location] == "/api/v1/jobs/\(id)")
        let other = try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail","id":"\#(id)","priority":1}"#)
        #expect(other.status == 409)
        #expect(other["code"] == "id_taken")
        #expect(try await api.call(.post, "/api/v1/jobs", as: bob, request).status == 409)
    }

    @Test func `a job is found with a tag that changes with it`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let target = "/api/v1/jobs/\(job.id)"
        let before = try await api.call(.get, target, as: ada)
        #expect(before.status == 200)
        #expect(before.body == body("\(job.id)", ada))
        let tag = try #require(before.headers[.eTag])
        #expect(try await api.call(.get, target, as: ada, headers: [.ifNoneMatch: tag]).status == 304)
        api.clock.advance(by: .seconds(1))
        try await api.succeed(job.id, result: #"{"sent": 1e0}"#)
        let after = try await api.call(.get, target, as: ada, headers: [.ifNoneMatch: tag])
        #expect(after.status == 200)
        #expect(
            after.body
                == body(
                    "\(job.id)", ada, state: "succeeded", attempt: 1,
                    rest: """
                        "created_at":"2026-11-21T09:30:00.123Z","started_at":"2026-11-21T09:30:01.123Z",\
                        "finished_at":"2026-11-21T09:30:01.123Z","next_attempt_at":null,"last_error":null,\
                        "result":{"sent": 1e0},"archived":false
                        """))
        let head = try await api.call(.head, target, as: ada)
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.headers[.contentLength] == "\(after.body.utf8.count)")
    }

    @Test func `an archived job is found and says so`() async throws {
        let ada = try await api.bearer()
        let bob = try await api.bearer("bob")
        var job = try await api.submit(ada)
        job.id = JobID(SequentialIDs.id(77))
        (job.state, job.finishedAt) = (.succeeded, job.createdAt)
        try await api.archive.put([ArchivedJob(job: job)])
        let reply = try await api.call(.get, "/api/v1/jobs/\(job.id)", as: ada)
        #expect(reply.status == 200)
        #expect(reply.member("archived")?.boolean == true)
        #expect(try await api.call(.get, "/api/v1/jobs/\(job.id)", as: bob).status == 404)
    }

    @Test func `attempts are listed in order`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        try await api.kill(job.id)
        let reply = try await api.call(.get, "/api/v1/jobs/\(job.id)/attempts", as: ada)
        #expect(reply.status == 200)
        #expect(
            reply.body == """
                {"items":[{"attempt":1,"generation":0,"started_at":"2026-11-21T09:30:00.123Z",\
                "finished_at":"2026-11-21T09:30:00.123Z","outcome":"failed",\
                "error":{"code":"broken","message":"It broke.","at":"2026-11-21T09:30:00.123Z"},\
                "consumer":"consumer-1"}]}
                """)
    }

    @Test func `cancelling ends a waiting job, asks a running one, and comes too late for an ended one`() async throws {
        let ada = try await api.bearer()
        let waiting = try await api.submit(ada)
        let running = try await api.submit(ada)
        _ = try await api.claim(running.id)
        let ended = try await api.call(.post, "/api/v1/jobs/\(waiting.id)/cancel", as: ada)
        #expect(ended.status == 200)
        #expect(ended["state"] == "cancelled")
        let asked = try await api.call(.post, "/api/v1/jobs/\(running.id)/cancel", as: ada, "{}")
        #expect(asked.status == 202)
        #expect(asked["state"] == "running")
        let late = try await api.call(.post, "/api/v1/jobs/\(waiting.id)/cancel", as: ada)
        #expect(late.status == 409)
        #expect(late["code"] == "already_terminal")
    }

    @Test func `an ended job is queued again, one that succeeded only by force`() async throws {
        let ada = try await api.bearer()
        let (dead, good) = (try await api.submit(ada), try await api.submit(ada))
        let early = try await api.call(.post, "/api/v1/jobs/\(dead.id)/retry", as: ada)
        #expect(early.status == 409)
        #expect(early["code"] == "not_terminal")
        try await api.kill(dead.id)
        try await api.succeed(good.id)
        let reply = try await api.call(.post, "/api/v1/jobs/\(dead.id)/retry", as: ada)
        #expect(reply.status == 202)
        #expect(reply["state"] == "queued")
        #expect(api.dispatcher.hints.map(\.jobID) == [dead.id])
        let refused = try await api.call(.post, "/api/v1/jobs/\(good.id)/retry", as: ada, #"{"force":false}"#)
        #expect(refused.status == 409)
        #expect(refused["code"] == "already_succeeded")
        let forced = try await api.call(.post, "/api/v1/jobs/\(good.id)/retry", as: ada, #"{"force":true}"#)
        #expect(forced.status == 202)
    }

    @Test func `kinds are listed with their policy and without secrets`() async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.get, "/api/v1/kinds", as: ada)
        let retry =
            #""retry":{"base_ms":1000,"cap_ms":21600000,"max_age_ms":604800000},"ordering":{"on_dead":"continue"}"#
        #expect(reply.status == 200)
        #expect(
            reply.body == """
                {"items":[\
                {"kind":"hook","handler":"http","policy":{"timeout_ms":10000,"max_attempts":3,\(retry)}},\
                {"kind":"mail","handler":"swift","policy":{"timeout_ms":300000,"max_attempts":25,\(retry)}}]}
                """)
    }

    @Test func `payloads nest sixty-four levels and no more`() async throws {
        let ada = try await api.bearer()
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        for (depth, single, bulk) in [(64, 202, 200), (65, 400, 400)] {
            let job = #"{"kind":"mail","payload":\#(nested(depth))}"#
            #expect(try await api.call(.post, "/api/v1/jobs", as: ada, job).status == single)
            #expect(try await api.call(.post, "/api/v1/jobs/bulk", as: ada, #"{"jobs":[\#(job)]}"#).status == bulk)
        }
    }
}
