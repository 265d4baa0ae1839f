import MillraceDomain
import NIOHTTP1
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `Instance endpoint` {
    private static let document = """
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"AKID","SecretAccessKey":"hush","Token":"session",\
        "Expiration":"2026-11-21T15:30:00Z"}
        """

    @Test func `a token is taken, then the role's name, then its keys`() async throws {
        try await withServer({ Self.answer($0) }) { server in
            let found = try await source(server).fetch()
            #expect(
                found?.credentials
                    == AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "session"))
            #expect(found?.expiresAt == Timestamp("2026-11-21T15:30:00Z"))
            let requests = server.requests
            #expect(requests.map(\.method.rawValue) == ["PUT", "GET", "GET"])
            #expect(
                requests.map(\.path) == [
                    "/latest/api/token", "/latest/meta-data/iam/security-credentials/",
                    "/latest/meta-data/iam/security-credentials/jobs+role",
                ])
            #expect(requests.first?.headers["x-aws-ec2-metadata-token-ttl-seconds"] == ["21600"])
            #expect(requests.dropFirst().allSatisfy { $0.headers["x-aws-ec2-metadata-token"] == ["session-1"] })
        }
    }

    @Test func `an instance without a role has no credentials`() async throws {
        try await withServer({ $0.method == .PUT ? .answer(200, "t") : .answer(404) }) { server in
            let found = try await source(server).fetch()
            #expect(found == nil)
        }
    }

    @Test func `a machine that is no instance is passed over`() async throws {
        let port = try await withServer({ _ in .drop }) { $0.port }
        let nobody = try await InstanceCredentials(
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(port)"]).fetch()
        #expect(nobody == nil)
        try await withServer({ _ in .hang }) { server in
            let start = ContinuousClock.now
            let silent = try await source(server, .milliseconds(300)).fetch()
            #expect(silent == nil)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func `it can be turned off`() async throws {
        try await withServer({ Self.answer($0) }) { server in
            let source = InstanceCredentials([
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_EC2_METADATA_DISABLED": "True",
            ])
            let found = try await source.fetch()
            #expect(found == nil && server.requests.isEmpty)
        }
    }

    @Test(arguments: ["../../x", "a b", "", "role\u{7F}"])
    func `a role's name that is none is never asked for`(_ role: String) async throws {
        try await withServer({ $0.method == .PUT ? .answer(200, "t") : .answer(200, role) }) { server in
            let source = source(server)
            let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
            #expect(error?.kind == .unavailable)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a token that is no header value is not sent on`() async throws {
        try await withServer({ _ in .answer(200, "a\r\nb: c") }) { server in
            let source = source(server)
            let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
            #expect(error?.kind == .unavailable && server.requests.count == 1)
        }
    }

    @Test func `an endpoint that is no URL is told`() async {
        let source = InstanceCredentials(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254"])
        let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
        #expect(error?.kind == .credentials)
    }

    private static func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Reply {
        switch request.path {
        case "/latest/api/token": .answer(request.method == .PUT ? 200 : 405, "session-1")
        case "/latest/meta-data/iam/security-credentials/": .answer(200, "jobs+role\n")
        case "/latest/meta-data/iam/security-credentials/jobs+role": .answer(200, document)
        default: .answer(404)
        }
    }

    private func source(_ server: LoopbackServer, _ requestTimeout: Duration = .seconds(10)) -> InstanceCredentials {
        InstanceCredentials(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url], requestTimeout: requestTimeout)
    }
}
