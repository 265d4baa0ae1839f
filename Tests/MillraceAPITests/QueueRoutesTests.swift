import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

struct QueueRoutesTests {
    let api = TestAPI()

    @Test func `queues show their depth by state`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        try await api.submit(admin)
        try await api.submit(admin)
        let running = try await api.submit(admin)
        _ = try await api.claim(running.id)
        let queue = """
            {"name":"default","paused":false,\
            "depth":{"scheduled":0,"blocked":0,"queued":2,"running":1,"retrying":0},\
            "oldest_queued_at":"2026-11-21T09:30:00.000Z"}
            """
        let list = try await api.call(.get, "/api/v1/queues", as: admin)
        #expect(list.status == 200)
        #expect(list.body == "{\"items\":[\(queue)]}")
        let one = try await api.call(.get, "/api/v1/queues/default", as: admin)
        #expect(one.status == 200)
        #expect(one.body == queue)
        #expect(try await api.call(.get, "/api/v1/queues/other", as: admin).status == 404)
    }

    @Test func `a queue is paused and resumed, with jobs or without`() async throws {
        let ada = try await api.bearer("ada", [.queuesWrite])
        let admin = try await api.bearer("admin", [.admin])
        for _ in 0..<2 {
            let paused = try await api.call(.post, "/api/v1/queues/later/pause", as: ada)
            #expect(paused.status == 200)
            #expect(paused.body == #"{"name":"later","paused":true}"#)
        }
        let shown = try await api.call(.get, "/api/v1/queues/later", as: admin)
        #expect(shown.member("paused")?.boolean == true)
        let resumed = try await api.call(.post, "/api/v1/queues/later/resume", as: ada)
        #expect(resumed.status == 200)
        #expect(resumed.body == #"{"name":"later","paused":false}"#)
        #expect(try await api.call(.get, "/api/v1/queues/later", as: admin).status == 404)
    }
}
