import Foundation
import Testing

extension EverydayTests {
    @Suite(
        .enabled("needs KAFKA_BROKERS") {
            Deployment.fromEnvironment == nil || Deployment.fromEnvironment?.kafkaBrokers != nil
        })
    struct DeadLetters {
        @Test func `a record that could not become a job is kept whole, and runs once nothing is in its way any more`()
            async throws
        {
            let deployment = try deployment()
            let kcat = KafkaCat(brokers: try #require(deployment.kafkaBrokers))
            let (queue, id) = (Deployment.uniqueName("letters"), UUID().uuidString.lowercased())
            let owner = try await takeID(id, deployment.client)
            let value = #"{"id":"\#(id)","kind":"noop","payload":{"n": 1.0}}"#
            try await kcat.produce(
                topic: "\(deployment.topicPrefix).jobs.\(queue)", values: [value], key: "k", headers: ["x": "é"])
            let path = "/api/v1/dead-letters?type=record&queue=\(queue)"
            try await eventually("the record is a dead letter") {
                try await deployment.client.get(path).items.count == 1
            }
            let letters = try await deployment.client.get(path).text
            for text in [
                #""code":"id_taken""#, #""value":"\#(Data(value.utf8).base64EncodedString())""#, #""offset":0"#,
                #""headers":[{"name":"x","value":"\#(Data("é".utf8).base64EncodedString())"}]"#, #""key":"aw==""#,
            ] { #expect(letters.contains(text), "\(text) in \(letters)") }
            #expect(try await replay(["--queue", queue], deployment).contains("still unreadable 1"))
            #expect(try await replay(["--queue", queue, "--dry-run"], deployment).hasPrefix("dry run: matched 1,"))
            try await giveBack(id, owner, deployment.client)
            #expect(try await replay(["--queue", queue], deployment).hasPrefix("matched 1, replayed 1,"))
            #expect(try await deployment.client.settled(id).string("state") == "succeeded")
            #expect(try await deployment.client.get(path).items.isEmpty)
            try await expectCopy(of: "mr-dlq-reason=id_taken", "\(deployment.topicPrefix).dead.\(queue)", kcat)
        }

        @Test func `a dead job is listed, copied and shown, and runs again`() async throws {
            let deployment = try deployment()
            let queue = Deployment.uniqueName("died")
            let id = try await deployment.client.submit(
                #"""
                {"kind":"sleep","payload":{"ms":60000},"timeout_ms":50,"max_attempts":1,"queue":"\#(queue)"}
                """#)
            #expect(try await deployment.client.settled(id).string("state") == "dead")
            let listed = try await millrace(
                ["dead-letters", "list", "--queue", queue, "--code", "timeout"], deployment)
            #expect(listed.contains(id), "\(listed)")
            let raw = try await millrace(["dead-letters", "show", id, "--raw"], deployment)
            #expect(raw == #"{"ms":60000}"#)
            if let brokers = deployment.kafkaBrokers {
                try await expectCopy(
                    of: "mr-dlq-reason=timeout", "\(deployment.topicPrefix).dead.\(queue)", KafkaCat(brokers: brokers))
            }
            #expect(try await replay([id, "--rate", "100"], deployment).hasPrefix("matched 1, replayed 1,"))
            #expect(try await deployment.client.settled(id).string("state") == "dead")
            let runs = try await deployment.client.get("/api/v1/jobs/\(id)/attempts").items
            #expect(runs.count == 2)
        }

        /// Somebody's job with this id; returns who has it.
        private func takeID(_ id: String, _ admin: APIClient) async throws -> String {
            let email = "\(Deployment.uniqueName("holder"))@example.com"
            let user = try await admin.post("/api/v1/users", #"{"email":"\#(email)","name":"Holder"}"#)
            let userID = try #require(user.string("id"))
            let made = try await admin.post(
                "/api/v1/users/\(userID)/tokens", #"{"name":"e2e","scopes":["jobs:read","jobs:write"]}"#)
            let token: String = try #require(made.string("token"))
            let holder = APIClient(baseURL: admin.baseURL, token: token)
            _ = try await holder.submit(#"{"kind":"noop","id":"\#(id)"}"#)
            #expect(try await holder.settled(id).string("state") == "succeeded")
            return userID
        }

        /// Removes the holder with everything that is theirs.
        private func giveBack(_ id: String, _ owner: String, _ admin: APIClient) async throws {
            #expect(try await admin.delete("/api/v1/users/\(owner)?erase=true").status == 202)
            try await eventually(within: 60, "the job in the way is gone") {
                try await admin.get("/api/v1/jobs/\(id)").status == 404
            }
        }

        private func replay(_ arguments: [String], _ deployment: Deployment) async throws -> String {
            try await millrace(["dead-letters", "replay"] + arguments, deployment)
        }

        private func millrace(_ arguments: [String], _ deployment: Deployment) async throws -> String {
            try await Command(
                program: ServerProcess.binaries.appending(path: "millrace").path, arguments: arguments,
                environment: ["BASE_URL": deployment.baseURL, "TOKEN": deployment.token]
            ).succeed()
        }

        private func expectCopy(of header: String, _ topic: String, _ kcat: KafkaCat) async throws {
            try await eventually("a copy is on \(topic)") {
                try await kcat.records(of: topic).contains { $0.contains(header) }
            }
        }
    }
}
