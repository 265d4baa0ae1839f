import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

/// What has gone to the archive is asked for like everything else.
struct ArchivedJobRoutesTests {
    let api = TestAPI()

    /// Moves every ended job to the archive.
    private func archiveAll() async throws {
        let copy = ArchiveFinishedJobs(
            jobs: api.store, archive: api.archive, hotTimes: HotTimes(dead: .zero, others: .zero))
        for group in EndedGroup.allCases {
            let step = try await copy(group, after: nil, limit: 100)
            try await RemoveArchivedJobs(jobs: api.store, archive: api.archive)(step.versions)
        }
    }

    @Test func `a list shows hot and archived jobs, each once and saying where it is`() async throws {
        let ada = try await api.bearer()
        var ids: [String] = []
        for number in 0..<6 {
            api.clock.advance(by: .seconds(1))
            let job = try await api.submit(ada)
            ids.insert("\(job.id)", at: 0)
            if number % 2 == 0 { try await api.succeed(job.id) }
        }
        try await archiveAll()
        var listed: [JSONText] = []
        var target: String? = "/api/v1/jobs?limit=2"
        while let next = target {
            let reply = try await api.call(.get, next, as: ada)
            #expect(reply.status == 200)
            listed += reply.items
            target = reply.headers[.link].map { String($0.dropFirst().prefix { $0 != ">" }) }
        }
        #expect(listed.map { $0.string("id") } == ids)
        #expect(listed.map { $0.member("archived")?.boolean } == [false, true, false, true, false, true])
    }

    @Test func `an admin lists the jobs of one owner, archived ones too, and nobody else does`() async throws {
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        let admin = try await api.bearer("admin", [.admin])
        let job = try await api.submit(ada)
        try await api.succeed(job.id)
        try await archiveAll()
        let target = "/api/v1/jobs?owner_id=\(ada.user.id)"
        #expect(try await api.call(.get, target, as: admin).items.count == 1)
        #expect(try await api.call(.get, target, as: ada).items.count == 1)
        #expect(try await api.call(.get, target, as: bob).items.isEmpty)
        #expect(try await api.call(.get, "/api/v1/jobs", as: admin).items.isEmpty)
        let wrong = try await api.call(.get, "/api/v1/jobs?owner_id=x", as: admin)
        #expect(wrong.status == 400)
        #expect(wrong.pointers == ["owner_id"])
    }

    @Test func `attempts, retry and cancel work on an archived job`() async throws {
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        try await api.kill(job.id)
        try await archiveAll()
        let path = "/api/v1/jobs/\(job.id)"
        #expect(try await api.call(.get, "\(path)/attempts", as: ada).items.map { $0.string("outcome") } == ["failed"])
        let cancelled = try await api.call(.post, "\(path)/cancel", as: ada)
        #expect(cancelled.status == 409)
        #expect(cancelled["code"] == "already_terminal")
        let retried = try await api.call(.post, "\(path)/retry", as: ada)
        #expect(retried.status == 202)
        #expect(retried["state"] == "queued")
        #expect(retried.member("archived")?.boolean == false)
        let found = try await api.call(.get, path, as: ada)
        #expect(found["state"] == "queued")
        #expect(found.member("archived")?.boolean == false)
        #expect(try await api.call(.get, "\(path)/attempts", as: ada).items.count == 1)
    }

    @Test func `while the archive is away hot jobs are served and archived ones answer 503`() async throws {
        let ada = try await api.bearer()
        let (cold, hot) = (try await api.submit(ada), try await api.submit(ada))
        try await api.succeed(cold.id)
        try await archiveAll()
        api.archive.setOutage(.unavailable)
        #expect(try await api.call(.get, "/api/v1/jobs/\(hot.id)", as: ada).status == 200)
        #expect(try await api.call(.post, "/api/v1/jobs", as: ada, #"{"kind":"mail"}"#).status == 202)
        #expect(try await api.call(.get, "/api/v1/jobs?state=queued", as: ada).items.count == 2)
        for target in ["/api/v1/jobs/\(cold.id)", "/api/v1/jobs"] {
            let reply = try await api.call(.get, target, as: ada)
            #expect(reply.status == 503)
            #expect(reply["code"] == "unavailable")
        }
    }

    @Test func `an atomic batch that needs the archive's word may be sent again`() async throws {
        let ada = try await api.bearer()
        let job = #"{"kind":"mail","id":"00000000-0000-7000-8000-00000000000a"}"#
        let accepted = try await api.call(.post, "/api/v1/jobs", as: ada, job)
        try await api.succeed(try #require(accepted["id"].flatMap { JobID($0) }))
        try await archiveAll()
        api.archive.setOutage(.unavailable)
        let body = "{\"jobs\":[\(job),{\"kind\":\"mail\"}]}"
        let reply = try await api.call(.post, "/api/v1/jobs/bulk?atomic=true", as: ada, body)
        #expect(reply.status == 503)
        #expect(reply["code"] == "unavailable")
        #expect(reply.headers[.retryAfter] == "1")
        api.archive.setOutage(nil)
        let again = try await api.call(.post, "/api/v1/jobs/bulk?atomic=true", as: ada, body)
        #expect(again.status == 200)
    }
}

extension JSONText {
    fileprivate func member(_ name: String) -> JSONText? { members?.first { $0.name == name }?.value }
    fileprivate func string(_ name: String) -> String? { member(name)?.string }
}
