import Foundation

/// The stores that ended jobs may go to.
enum ArchiveStore: String, CaseIterable, Sendable {
    case postgres, dynamodb
}

/// A stack whose jobs are archived moments after their end, and whose ways to its stores can be closed.
struct ArchiveStack: Sendable {
    let stack: LocalStack
    let postgres: Forwarder
    /// The way to DynamoDB; nil where Postgres is the archive.
    let dynamoDB: Forwarder?

    var client: APIClient { stack.deployment.client }
    /// The way to the archive, whichever store that is.
    var archive: Forwarder { dynamoDB ?? postgres }

    /// Runs `body` against a stack of its own with this store.
    static func with(
        _ store: ArchiveStore, _ settings: [String: String] = [:], _ body: (ArchiveStack) async throws -> Void
    ) async throws {
        let environment = ProcessInfo.processInfo.environment
        let database = try await ScratchDatabase.create()
        let postgres = try await Forwarder.start(to: database.address)
        var forwarders = [postgres]
        var all = ["ARCHIVE_HOT_FOR": "300ms", "ARCHIVE_DEAD_HOT_FOR": "300ms", "ARCHIVE_STORE": store.rawValue]
        if store == .dynamodb {
            guard let endpoint = environment["TEST_DYNAMODB_ENDPOINT"], let url = URL(string: endpoint),
                let host = url.host(), let port = url.port
            else { throw DeploymentMissing(description: "TEST_DYNAMODB_ENDPOINT is not set; `make test` sets it.") }
            let dynamoDB = try await Forwarder.start(to: "\(host):\(port)")
            forwarders.append(dynamoDB)
            all["ARCHIVE_ENDPOINT"] = "http://127.0.0.1:\(dynamoDB.port)"
            all["ARCHIVE_TABLE"] = "e2e-\(UUID().uuidString)"
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] { all[name] = environment[name] }
        }
        all.merge(settings) { _, given in given }
        do {
            let stack = try await LocalStack.start(database: database, through: postgres.port, settings: all)
            do {
                try await body(
                    ArchiveStack(stack: stack, postgres: postgres, dynamoDB: store == .dynamodb ? forwarders[1] : nil))
            } catch {
                await stack.stop()
                throw error
            }
            await stack.stop()
        } catch {
            for forwarder in forwarders { await forwarder.stop() }
            throw error
        }
        for forwarder in forwarders { await forwarder.stop() }
    }

    /// Submits so many jobs that end at once.
    ///
    /// - Returns: their ids.
    func submit(_ count: Int, queue: String) async throws -> [String] {
        var ids: [String] = []
        while ids.count < count {
            let size = min(500, count - ids.count)
            let jobs = (0..<size).map { #"{"kind":"noop","queue":"\#(queue)","payload":{"n":\#(ids.count + $0)}}"# }
            let answer = try await client.post("/api/v1/jobs/bulk", #"{"jobs":[\#(jobs.joined(separator: ","))]}"#)
            ids += answer.items.compactMap { ($0["job"] as? [String: any Sendable])?["id"] as? String }
        }
        return ids
    }

    /// The jobs of a queue as the list shows them.
    func listed(_ queue: String) async throws -> [[String: any Sendable]] {
        let owner = try await ownerID()
        var jobs: [[String: any Sendable]] = []
        var cursor: String?
        repeat {
            let place = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await client.get("/api/v1/jobs?owner_id=\(owner)&queue=\(queue)&limit=500\(place)")
            guard page.status == 200 else { throw UnexpectedAnswer(page) }
            jobs += page.items
            cursor = page.string("next_cursor")
        } while cursor != nil
        return jobs
    }

    /// Whose jobs are submitted: the administrator's.
    func ownerID() async throws -> String {
        let users = try await client.get("/api/v1/users?email=admin@millrace.internal")
        guard let id = users.items.first?["id"] as? String else { throw UnexpectedAnswer(users) }
        return id
    }

    /// Waits until all jobs of a queue are archived, each listed once.
    func allArchived(_ ids: [String], queue: String, within seconds: Int = 60) async throws {
        try await eventually(within: seconds, "\(ids.count) jobs of \(queue) are archived, each listed once") {
            let jobs = try await listed(queue)
            return jobs.count == ids.count && jobs.allSatisfy { ($0["archived"] as? NSNumber)?.boolValue == true }
                && Set(jobs.compactMap { $0["id"] as? String }) == Set(ids)
        }
    }
}
