import Foundation
import Testing

/// Ended jobs in either store: used like any other, whatever happens on their way there.
@Suite(.serialized)
struct ArchiveTests {
    @Test(arguments: ArchiveStore.allCases)
    func `an archived job is read, listed, retried and submitted again like any other`(store: ArchiveStore) async throws
    {
        try await ArchiveStack.with(store) { stack in
            let client = stack.client
            let queue = Deployment.uniqueName("archived")
            let id = UUID().uuidString.lowercased()
            let job = #"{"id":"\#(id)","kind":"noop","queue":"\#(queue)","payload":{"b":1.0e0, "a":[ ]},"tags":["x"]}"#
            _ = try await client.submit(job)
            let hot = try await client.settled(id)
            try await stack.allArchived([id], queue: queue)

            let cold = try await client.get("/api/v1/jobs/\(id)")
            #expect(cold.text == hot.text.replacing(#""archived":false"#, with: #""archived":true"#))
            let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
            #expect(attempts.compactMap { $0["outcome"] as? String } == ["succeeded"])
            #expect(try await client.post("/api/v1/jobs/\(id)/cancel").status == 409)

            let again = try await client.post("/api/v1/jobs", job)
            #expect(again.status == 200, "\(again.text)")
            #expect(again.text == cold.text)
            let other = try await client.post("/api/v1/jobs", job.replacing(#"["x"]"#, with: #"["y"]"#))
            #expect(other.status == 409)
            #expect(other.string("code") == "id_taken")

            #expect(try await client.post("/api/v1/jobs/\(id)/retry").status == 409)
            let retried = try await client.post("/api/v1/jobs/\(id)/retry", #"{"force":true}"#)
            #expect(retried.status == 202, "\(retried.text)")
            #expect(try await client.settled(id).string("state") == "succeeded")
            try await stack.allArchived([id], queue: queue)
            #expect(try await client.get("/api/v1/jobs/\(id)/attempts").items.count == 2)
        }
    }

    @Test(arguments: ArchiveStore.allCases)
    func `archivers that are killed at any point lose no job and double none`(store: ArchiveStore) async throws {
        try await ArchiveStack.with(store) { stack in
            let queue = Deployment.uniqueName("killed")
            try await stack.stack.addConsumer()
            var ids: [String] = []
            for round in 0..<6 {
                // New work for each, so that every kill meets an archiver that has something in hand.
                ids += try await stack.submit(200, queue: queue)
                try await Task.sleep(for: .milliseconds(Int.random(in: 300...1500)))
                // Whoever holds the lease is among them.
                for victim in await stack.stack.consumers {
                    await victim.crash()
                    await stack.stack.remove(victim)
                }
                for id in ids.shuffled().prefix(20) {
                    #expect(try await stack.client.get("/api/v1/jobs/\(id)").status == 200, "round \(round): \(id)")
                }
                try await stack.stack.addConsumer()
            }
            try await stack.allArchived(ids, queue: queue, within: 120)
            for id in ids.shuffled().prefix(50) {
                let outcomes = try await stack.client.get("/api/v1/jobs/\(id)/attempts").items
                    .compactMap { $0["outcome"] as? String }
                #expect(outcomes.filter { $0 == "succeeded" }.count == 1)
            }
        }
    }

    @Test(arguments: [ArchiveStore.dynamodb])
    func `while the archive is away jobs run and stay, and catch up when it is back`(store: ArchiveStore) async throws {
        try await ArchiveStack.with(store) { stack in
            let queue = Deployment.uniqueName("away")
            let before = try await stack.submit(50, queue: queue)
            try await stack.allArchived(before, queue: queue)
            await stack.archive.close()
            let during = try await stack.submit(200, queue: queue)
            for id in during.prefix(20) {
                #expect(try await stack.client.settled(id, within: 10).string("state") == "succeeded")
            }
            try await eventually("readiness says degraded") {
                let answer = try await stack.client.get("/readyz")
                return answer.status == 200 && answer.string("status") == "degraded"
            }
            #expect(try await stack.client.get("/api/v1/jobs/\(during[0])").status == 200)
            #expect(try await stack.client.get("/api/v1/jobs/\(before[0])").status == 503)
            try await stack.archive.open()
            try await stack.allArchived(before + during, queue: queue, within: 90)
            try await eventually("readiness says ok") {
                try await stack.client.get("/readyz").string("status") == "ok"
            }
        }
    }

    /// For a whole minute each: `make test FILTER=out.of.reach OUTAGE_SECONDS=60`.
    @Test func `stores that are out of reach, one after the other, keep every job once`() async throws {
        let outage = Duration.seconds(ProcessInfo.processInfo.environment["OUTAGE_SECONDS"].flatMap(Int.init) ?? 5)
        try await ArchiveStack.with(.dynamodb) { stack in
            let queue = Deployment.uniqueName("outage")
            var ids = try await stack.submit(300, queue: queue)

            await stack.archive.freeze()
            ids += try await stack.submit(300, queue: queue)
            for id in ids.suffix(20) {
                #expect(try await stack.client.settled(id, within: 10).string("state") == "succeeded")
            }
            try await Task.sleep(for: outage)
            try await stack.archive.open()

            ids += try await stack.submit(300, queue: queue)
            await stack.postgres.close()
            let refused = try await stack.client.post("/api/v1/jobs", #"{"kind":"noop","queue":"\#(queue)"}"#)
            #expect(refused.status == 503, "\(refused.text)")
            try await Task.sleep(for: outage)
            try await stack.postgres.open()

            try await eventually(within: 30, "jobs are accepted again") {
                try await stack.client.get("/readyz").status == 200
            }
            ids += try await stack.submit(100, queue: queue)
            try await stack.allArchived(ids, queue: queue, within: 150)
        }
    }

    @Test(arguments: ArchiveStore.allCases)
    func `a store that hangs and comes back has every job once`(store: ArchiveStore) async throws {
        try await ArchiveStack.with(store) { stack in
            let queue = Deployment.uniqueName("hangs")
            let ids = try await stack.submit(400, queue: queue)
            for _ in 0..<3 {
                await stack.archive.freeze()
                try await Task.sleep(for: .seconds(2))
                try await stack.archive.open()
                try await Task.sleep(for: .milliseconds(300))
            }
            try await stack.allArchived(ids, queue: queue, within: 120)
        }
    }

    @Test(arguments: ArchiveStore.allCases)
    func `everything of an erased user goes, wherever it is`(store: ArchiveStore) async throws {
        try await ArchiveStack.with(store) { stack in
            let admin = stack.client
            let queue = Deployment.uniqueName("erased")
            let user = try await admin.post("/api/v1/users", #"{"email":"\#(queue)@example.org","name":"Ada"}"#)
            let userID = try #require(user.string("id"))
            let token = try await admin.post(
                "/api/v1/users/\(userID)/tokens", #"{"name":"t","scopes":["jobs:read","jobs:write"]}"#)
            let ada = APIClient(baseURL: admin.baseURL, token: token.string("token"))
            var ids: [String] = []
            for _ in 0..<30 { ids.append(try await ada.submit(#"{"kind":"noop","queue":"\#(queue)"}"#)) }
            try await eventually("Ada's jobs are archived") {
                let jobs = try await ada.get("/api/v1/jobs?limit=100").items
                return jobs.count == 30 && jobs.allSatisfy { ($0["archived"] as? NSNumber)?.boolValue == true }
            }
            ids.append(try await ada.submit(#"{"kind":"sleep","payload":{"ms":60000}}"#))
            ids.append(try await ada.submit(#"{"kind":"noop","run_at":"2099-01-01T00:00:00Z"}"#))

            let begun = try await admin.delete("/api/v1/users/\(userID)?erase=true")
            #expect(begun.status == 202, "\(begun.text)")
            let path = try #require(begun.headers["location"])
            #expect(try await ada.get("/api/v1/jobs").status == 401)
            try await eventually(within: 90, "the erasure is done") {
                try await admin.get(path).string("state") == "succeeded"
            }
            for id in ids { #expect(try await admin.get("/api/v1/jobs/\(id)").status == 404) }
            #expect(try await admin.get("/api/v1/jobs?owner_id=\(userID)").items.isEmpty)
        }
    }
}
