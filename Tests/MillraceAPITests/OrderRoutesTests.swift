import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct OrderRoutesTests {
    let api = TestAPI()

    @Test func `jobs of an ordering key are blocked one behind the other, a cancel tells of the next`() async throws {
        let ada = try await api.bearer()
        let ids = try await submitThree(ada)
        #expect(api.dispatcher.hints.map(\.jobID) == [ids[0]])
        let cancelled = try await api.call(.post, "/api/v1/jobs/\(ids[0])/cancel", as: ada)
        #expect(cancelled.status == 200)
        #expect(api.dispatcher.hints.map(\.jobID) == [ids[0], ids[1]])
        let listed = try await api.call(.get, "/api/v1/jobs?ordering_key=k&state=blocked", as: ada)
        #expect(listed.body.contains(ids[2].description) && !listed.body.contains(ids[1].description))
    }

    @Test func `a key that a dead job holds is released once`() async throws {
        let ada = try await api.bearer()
        let ids = try await submitThree(ada)
        let path = "/api/v1/jobs/\(ids[0])/release-key"
        let early = try await api.call(.post, path, as: ada)
        #expect(early.status == 409)
        #expect(early["code"] == "holds_no_key")
        // As one of a kind whose deaths hold their keys.
        let holding = JobSubmission(kind: JobKind(stored: "mail"), orderingKey: "held", maxAttempts: 1)
        let new = (1...2).map { number in
            NewJob(
                id: JobID(SequentialIDs.id(UInt64(number), series: 5)), ownerID: ada.user.id, submission: holding,
                onDead: .hold)
        }
        _ = try await api.store.submit(new, isAtomic: true)
        try await api.kill(new[0].id)
        #expect(try await api.store.states(of: [new[1].id]) == [new[1].id: .blocked])
        let released = try await api.call(.post, "/api/v1/jobs/\(new[0].id)/release-key", as: ada)
        #expect(released.status == 200)
        #expect(released["state"] == "dead")
        #expect(api.dispatcher.hints.last?.jobID == new[1].id)
        let again = try await api.call(.post, "/api/v1/jobs/\(new[0].id)/release-key", as: ada)
        #expect(again.status == 409)
    }

    private func submitThree(_ ada: TestAPI.Bearer) async throws -> [JobID] {
        let job = #"{"kind":"mail","ordering_key":"k"}"#
        var ids: [JobID] = []
        for state in ["queued", "blocked", "blocked"] {
            let reply = try await api.call(.post, "/api/v1/jobs", as: ada, job)
            #expect(reply.status == 202)
            #expect(reply["state"] == state)
            ids.append(try #require(JobID(reply["id"] ?? "")))
        }
        return ids
    }
}
