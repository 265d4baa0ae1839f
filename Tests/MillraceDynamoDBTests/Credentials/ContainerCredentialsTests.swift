import MillraceDomain
import NIOHTTP1
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `Container endpoint` {
    private static let document = """
        {"RoleArn":"arn","AccessKeyId":"AKID","SecretAccessKey":"hush","Token":"session",\
        "Expiration":"2026-11-21T10:30:00Z"}
        """

    @Test func `the relative path is asked of the agent's own address`() async throws {
        try await withServer({ _ in .answer(200, Self.document) }) { server in
            let source = ContainerCredentials(
                ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/7?a=b"], host: server.url)
            let found = try await source.fetch()
            #expect(
                found?.credentials
                    == AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "session"))
            #expect(found?.expiresAt == Timestamp("2026-11-21T10:30:00Z"))
            #expect(server.requests.map(\.path) == ["/v2/credentials/7?a=b"])
            #expect(server.requests.first?.headers.contains(name: "authorization") == false)
        }
    }

    @Test func `the full address gets the token, read anew from its file each time`() async throws {
        try await withFolder { folder in
            try await withServer({ _ in .answer(200, Self.document) }) { server in
                var environment = [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/keys",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "from the variable",
                ]
                _ = try await ContainerCredentials(environment).fetch()
                environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try folder.write("one\n", to: "token")
                let source = ContainerCredentials(environment)
                _ = try await source.fetch()
                try folder.write("two", to: "token")
                _ = try await source.fetch()
                #expect(
                    server.requests.map { $0.headers["authorization"] } == [["from the variable"], ["one"], ["two"]])
            }
        }
    }

    @Test func `it is nobody's setting without its variables`() async throws {
        let found = try await ContainerCredentials(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "t"]).fetch()
        #expect(found == nil)
    }

    @Test(arguments: [
        "localhost", "127.0.0.1", "127.9.9.9", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
    ])
    func `a request in the clear may go to this machine`(_ host: String) {
        #expect(ContainerCredentials.isNear(host))
    }

    @Test(arguments: [
        "10.0.0.1", "example.com", "127.0.0.1.example.com", "169.254.169.254", "127.1", "127.0.0.256", "",
    ])
    func `a request in the clear may go nowhere else`(_ host: String) {
        #expect(!ContainerCredentials.isNear(host))
    }

    @Test(arguments: [
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/keys"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://user@127.0.0.1/keys"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "unix:///run/x"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@example.com/keys"],
        [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nhost: b",
        ],
    ])
    func `what cannot be meant is refused before anything is sent`(_ environment: [String: String]) async throws {
        let source = ContainerCredentials(environment)
        let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
        #expect(error?.kind == .credentials)
    }

    @Test(arguments: [
        (404, "{}", DynamoDBError.Kind.credentials), (403, "{}", .credentials), (500, "", .unavailable),
        (200, "", .unavailable), (200, #"{"AccessKeyId":"a","SecretAccessKey":"hush"}"#, .unavailable),
        (200, #"{"Code":"Failed","AccessKeyId":"a","SecretAccessKey":"hush","Token":"t"}"#, .unavailable),
        (200, #"{"AccessKeyId":"a","SecretAccessKey":"hush","Token":"t","Expiration":"soon"}"#, .unavailable),
        (302, "", .credentials),
    ])
    func `a wrong answer is an error without secrets`(
        _ status: Int, _ body: String, _ kind: DynamoDBError.Kind
    ) async throws {
        try await withServer({ _ in .answer(status, body, headers: ["location": "http://127.0.0.1:1/"]) }) { server in
            let error = await failure(server)
            #expect(error?.kind == kind)
            #expect(error?.message.contains("hush") == false)
            #expect(server.requests.count == (status == 500 ? 3 : 1))
        }
    }

    @Test func `a passing fault is tried again`() async throws {
        let turns = Turns([.answer(503), .drop, .answer(200, Self.document)])
        try await withServer({ _ in turns.next() }) { server in
            let found = try await source(server).fetch()
            #expect(found?.credentials.accessKeyID == "AKID")
        }
    }

    @Test(arguments: [LoopbackServer.Reply.hang, .drip, .drop])
    func `an endpoint without a whole answer is given up in time`(_ reply: LoopbackServer.Reply) async throws {
        try await withServer({ _ in reply }) { server in
            let start = ContinuousClock.now
            let error = await failure(server, .milliseconds(300))
            #expect(error?.kind == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func `an answer past all measure is given up`() async throws {
        let body = String(repeating: " ", count: MetadataClient.maxAnswerBytes + 1)
        try await withServer({ _ in .answer(200, body) }) { server in
            #expect(await failure(server)?.kind == .unavailable)
        }
    }

    @Test func `its token is never printed`() {
        let source = ContainerCredentials(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "hush"])
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", String(reflecting: source), dumped] { #expect(!text.contains("hush")) }
    }

    private func source(_ server: LoopbackServer, _ requestTimeout: Duration = .seconds(10)) -> ContainerCredentials {
        ContainerCredentials(
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/"], requestTimeout: requestTimeout)
    }

    private func failure(
        _ server: LoopbackServer, _ requestTimeout: Duration = .seconds(10)
    ) async -> DynamoDBError? {
        let source = source(server, requestTimeout)
        return await #expect(throws: DynamoDBError.self) { try await source.fetch() }
    }
}
