import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct QuotaRoutesTests {
    let api = TestAPI { $0.limits.quota = Quota(payloadBytes: 1000) }

    private func path(_ user: TestAPI.Bearer) -> String { "/api/v1/users/\(user.user.id)/quota" }

    @Test func `a user sees how much it has and may have`() async throws {
        let ada = try await api.bearer()
        try await api.submit(ada) { $0.payload = JSONText(stored: "[1,2]") }
        let reply = try await api.call(.get, path(ada), as: ada)
        #expect(reply.status == 200)
        #expect(
            reply.body
                == #"{"live_jobs":{"used":1,"limit":null,"is_own":false},"#
                + #""payload_bytes":{"used":5,"limit":1000,"is_own":false}}"#)
    }

    @Test func `an admin gives a user limits of its own, and takes them back`() async throws {
        let (ada, admin) = (try await api.bearer(), try await api.bearer("admin", [.admin]))
        for body in [#"{"live_jobs":3}"#, #"{"live_jobs":3,"payload_bytes":null}"#] {
            let reply = try await api.call(.put, path(ada), as: admin, body)
            #expect(reply.status == 200)
            #expect(
                reply.body
                    == #"{"live_jobs":{"used":0,"limit":3,"is_own":true},"#
                    + #""payload_bytes":{"used":0,"limit":1000,"is_own":false}}"#)
        }
        let reply = try await api.call(.put, path(ada), as: admin, "{}")
        #expect(reply.member("live_jobs")?.text == #"{"used":0,"limit":null,"is_own":false}"#)
        #expect(try await api.store.list(AuditFilter(), page: PageRequest(limit: 1)).items.first?.action == .userQuota)
    }

    @Test func `nobody raises their own limits, and nobody's are not there`() async throws {
        let (ada, admin) = (try await api.bearer(), try await api.bearer("admin", [.admin]))
        #expect(try await api.call(.put, path(ada), as: ada, #"{"live_jobs":3}"#).status == 403)
        let unknown = "/api/v1/users/\(SequentialIDs.id(1, series: 77))/quota"
        #expect(try await api.call(.put, unknown, as: admin, "{}").status == 404)
        #expect(try await api.call(.get, unknown, as: admin).status == 404)
        let bodies = [
            #"{"live_jobs":-1}"#, #"{"live_jobs":"3"}"#, #"{"jobs":3}"#, #"{"payload_bytes":9007199254740992}"#,
        ]
        for body in bodies {
            #expect(try await api.call(.put, path(ada), as: admin, body).status == 400, "\(body)")
        }
    }

    @Test func `a job beyond the quota is refused, with the numbers`() async throws {
        let ada = try await api.bearer()
        _ = try await api.store.set(Quota(liveJobs: 1), of: ada.user.id)
        try await api.submit(ada)
        let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "k"]
        for headers in [[:], key] {
            let reply = try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#, headers: headers)
            #expect(reply.status == 429)
            #expect(reply["code"] == "quota_exceeded")
            #expect(reply["detail"] == "The owner may have 1 jobs that have not ended, and has 1.")
            #expect(reply.member("quota")?.text == #"{"name":"live_jobs","limit":1,"used":1}"#)
            #expect(reply.headers[.retryAfter] == "5")
            #expect(reply.headers[.rateLimitPolicy] == #""live-jobs";q=1"#)
            #expect(reply.headers[.rateLimit] == #""live-jobs";r=0"#)
        }
        // Nothing was kept of the refusal.
        _ = try await api.store.set(Quota(), of: ada.user.id)
        let reply = try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#, headers: key)
        #expect(reply.status == 202)
    }

    @Test func `in bulk each job is judged by itself, and an atomic submission as a whole`() async throws {
        let ada = try await api.bearer()
        _ = try await api.store.set(Quota(payloadBytes: 9), of: ada.user.id)
        let body =
            #"{"jobs":[{"kind":"mail","payload":"12345"},{"kind":"mail","payload":"1"},{"kind":"mail","payload":1}]}"#
        let atomic = try await api.call(.post, "/api/v1/jobs/bulk?atomic=true", as: ada, body)
        #expect(atomic.status == 429)
        #expect(atomic["code"] == "quota_exceeded")
        let reply = try await api.call(.post, "/api/v1/jobs/bulk", as: ada, body)
        #expect(reply.status == 200)
        let statuses = reply.items.map { item in item.members?.first { $0.name == "status" }?.value.text }
        #expect(statuses == ["202", "429", "202"])
        let problem = reply.items[1].members?.first { $0.name == "problem" }?.value
        let quota = problem?.members?.first { $0.name == "quota" }?.value.text
        #expect(quota == #"{"name":"payload_bytes","limit":9,"used":7}"#)
    }
}
