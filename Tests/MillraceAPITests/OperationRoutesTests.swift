import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct OperationRoutesTests {
    let api = TestAPI()

    @Test func `erasing a user answers an operation, and the operation tells how far it is`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let ada = try await api.bearer()
        let job = try await api.submit(ada)
        let begun = try await api.call(.delete, "/api/v1/users/\(ada.user.id)?erase=true", as: admin)
        #expect(begun.status == 202)
        let id = try #require(begun["id"])
        #expect(begun.headers[.location] == "/api/v1/operations/\(id)")
        #expect(
            begun.body == """
                {"id":"\(id)","kind":"erase_user","user_id":"\(ada.user.id)","state":"running",\
                "progress":{"percent":0,"text":"removing jobs"},\
                "removed":{"jobs":0,"archived_jobs":0,"dead_records":0,"idempotency_records":0,\
                "unique_claims":0},\
                "created_at":"2026-11-21T09:30:00.123Z","updated_at":"2026-11-21T09:30:00.123Z","finished_at":null}
                """)
        #expect(try await api.call(.get, "/api/v1/users/\(ada.user.id)", as: admin).status == 404)
        #expect(try await api.call(.get, "/api/v1/jobs", as: ada).status == 401)
        let found = try await api.call(.get, "/api/v1/operations/\(id)", as: admin)
        #expect(found.status == 200)
        #expect(found.body == begun.body)

        let erase = ContinueErasure(erasures: api.store, archive: api.archive, settling: .zero)
        while case .moved = try await erase() {}
        let done = try await api.call(.get, "/api/v1/operations/\(id)", as: admin)
        #expect(done["state"] == "succeeded")
        #expect(done.member("progress")?.text == #"{"percent":100,"text":"everything is removed"}"#)
        #expect(done["finished_at"] == "2026-11-21T09:30:00.123Z")
        #expect(try await api.call(.get, "/api/v1/jobs/\(job.id)", as: admin).status == 404)
    }

    @Test func `asking again answers the same operation`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)?erase=true"
        let first = try await api.call(.delete, target, as: admin)
        let second = try await api.call(.delete, target, as: admin)
        #expect(second.status == 202)
        #expect(second["id"] == first["id"])
    }

    @Test(arguments: ["erase=yes", "erase=", "erase=true&erase=true", "purge=true"])
    func `another query is refused and nothing is removed`(query: String) async throws {
        let ada = try await api.bearer()
        let reply = try await api.call(.delete, "/api/v1/users/\(ada.user.id)?\(query)", as: ada)
        #expect(reply.status == 400)
        #expect(try await api.store.find(ada.user.id) != nil)
    }

    @Test func `a stale version is not erased`() async throws {
        let ada = try await api.bearer()
        let target = "/api/v1/users/\(ada.user.id)?erase=true"
        let reply = try await api.call(.delete, target, as: ada, headers: [.ifMatch: "\"x\""])
        #expect(reply.status == 412)
        #expect(try await api.store.find(ada.user.id) != nil)
    }

    @Test func `an operation is shown to admins, and an unknown one is not found`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        let reply = try await api.call(.get, "/api/v1/operations/\(SequentialIDs.id(5))", as: admin)
        #expect(reply.status == 404)
        #expect(reply["detail"] == "There is no such operation.")
        #expect(try await api.call(.get, "/api/v1/operations/5", as: admin).status == 400)
    }
}
