import Logging
import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `DynamoDB client` {
    private static let settings = DynamoDBSettings(
        region: "eu-west-1", callTimeout: .seconds(30), maxAttempts: 4, backoffBase: .milliseconds(1),
        backoffCap: .milliseconds(2))

    @Test func `a request is signed and names its operation`() async throws {
        let transport = ScriptedTransport([.answer(200, #"{"ok":true}"#)])
        let answer = try await client(transport).call("GetItem", Array("{}".utf8))
        #expect(answer.text == #"{"ok":true}"#)
        let headers = try #require(transport.sent.first)
        #expect(headers["host"] == "dynamodb.eu-west-1.amazonaws.com")
        #expect(headers["x-amz-target"] == "DynamoDB_20120810.GetItem")
        #expect(headers["x-amz-date"] == "20261121T093000Z")
        #expect(headers["x-amz-security-token"] == "token")
        #expect(
            headers["authorization"]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-west-1/dynamodb/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=")
                == true)
    }

    @Test func `throttling, server errors and lost connections are tried again`() async throws {
        let transport = ScriptedTransport([
            .answer(400, #"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow"}"#),
            .answer(500, "<html>"), .lost, .answer(200, "{}"),
        ])
        #expect(try await client(transport).call("Query", []).text == "{}")
        #expect(transport.sent.count == 4)
    }

    @Test func `attempts are bounded`() async {
        let transport = ScriptedTransport(Array(repeating: .answer(503, ""), count: 10))
        let error = await #expect(throws: DynamoDBError.self) { try await client(transport).call("Query", []) }
        #expect(error?.kind == .unavailable)
        #expect(transport.sent.count == 4)
    }

    @Test(arguments: [
        (400, "ValidationException", DynamoDBError.Kind.invalid), (400, "ResourceNotFoundException", .notFound),
        (400, "ConditionalCheckFailedException", .conditionFailed), (400, "AccessDeniedException", .denied),
        (403, "SomethingNew", .malformed), (400, "ResourceInUseException", .inUse),
    ])
    func `an answer that will not change is an error at once`(
        _ status: Int, _ code: String, _ kind: DynamoDBError.Kind
    ) async {
        let transport = ScriptedTransport([.answer(status, #"{"__type":"x#\#(code)","Message":"why"}"#)])
        let error = await #expect(throws: DynamoDBError.self) { try await client(transport).call("PutItem", []) }
        #expect(error?.kind == kind && error?.code == code && error?.message.hasSuffix("why") == true)
        #expect(error?.requestID == "request-1")
        #expect(transport.sent.count == 1)
    }

    @Test func `the whole call has one time limit`() async {
        var settings = Self.settings
        settings.callTimeout = .milliseconds(50)
        let transport = ScriptedTransport([.hang])
        let error = await #expect(throws: DynamoDBError.self) {
            try await client(transport, settings).call("Query", [])
        }
        #expect(error?.kind == .deadlineExceeded)
    }

    @Test func `a cancelled caller is told so`() async {
        let transport = ScriptedTransport([.hang])
        let call = Task { try await client(transport).call("Query", []) }
        call.cancel()
        let error = await #expect(throws: DynamoDBError.self) { try await call.value }
        #expect(error?.isTransient == true)
    }

    @Test func `an answer that is not JSON is malformed`() async {
        let transport = ScriptedTransport([.answer(200, "{")])
        let error = await #expect(throws: DynamoDBError.self) { try await client(transport).call("Query", []) }
        #expect(error?.kind == .malformed)
    }

    @Test func `waits grow to their cap and are random up to it`() {
        let settings = DynamoDBSettings(region: "r", backoffBase: .milliseconds(50), backoffCap: .seconds(2))
        #expect(settings.backoff(after: 1, share: 1) == .milliseconds(50))
        #expect(settings.backoff(after: 3, share: 1) == .milliseconds(200))
        #expect(settings.backoff(after: 3, share: 0.5) == .milliseconds(100))
        #expect(settings.backoff(after: 60, share: 1) == .seconds(2))
        #expect(settings.backoff(after: 9, share: 0) == .zero)
    }

    @Test func `credentials come from the environment`() async throws {
        let full = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"]
        #expect(
            try await EnvironmentCredentials(full).credentials()
                == AWSCredentials(accessKeyID: "a", secretAccessKey: "b", sessionToken: "c"))
        let error = await #expect(throws: DynamoDBError.self) {
            try await EnvironmentCredentials(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": ""]).credentials()
        }
        #expect(error?.kind == .credentials)
    }

    @Test func `keys that have expired are fetched anew and the request is signed again`() async throws {
        let expired = #"{"__type":"com.amazonaws.dynamodb.v20120810#ExpiredTokenException","message":"old"}"#
        let transport = ScriptedTransport([.answer(400, expired), .answer(200, "{}")])
        let client = DynamoDBClient(
            Self.settings, credentials: RotatingKeys(last: 2), logger: .quiet, clock: ManualClock(),
            transport: transport)
        _ = try await client.call("Query", [])
        #expect(transport.sent.map { $0["x-amz-security-token"] } == ["1", "2"])
        let always = ScriptedTransport(Array(repeating: .answer(400, expired), count: 9))
        let stuck = DynamoDBClient(
            Self.settings, credentials: RotatingKeys(last: 1), logger: .quiet, clock: ManualClock(),
            transport: always)
        let error = await #expect(throws: DynamoDBError.self) { try await stuck.call("Query", []) }
        #expect(error?.kind == .denied && always.sent.count == 1)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"), ("https://db.example/", "db.example"),
        ("https://db.example:443", "db.example"), ("http://db.example:443", "db.example:443"),
        ("http://[::1]:8000", "[::1]:8000"),
    ])
    func `an endpoint is read`(_ text: String, _ host: String) {
        #expect(DynamoDBEndpoint(text)?.host == host)
    }

    @Test(arguments: [
        "", "db.example", "ftp://db.example", "http://", "http://a/b", "http://a?b", "http://u:p@a", "unix:///x",
    ])
    func `what is no endpoint is refused`(_ text: String) {
        #expect(DynamoDBEndpoint(text) == nil)
    }

    private func client(_ transport: ScriptedTransport, _ settings: DynamoDBSettings = settings) -> DynamoDBClient {
        DynamoDBClient(
            settings, credentials: AWSCredentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "token"),
            logger: .quiet, clock: ManualClock(), transport: transport, jitter: { 0.5 })
    }
}

/// Keys whose session token is a number, which grows by one when they are refused.
private final class RotatingKeys: AWSCredentialsProvider {
    private let number = Mutex(1)
    private let last: Int

    init(last: Int) {
        self.last = last
    }

    func credentials() async throws(DynamoDBError) -> AWSCredentials {
        AWSCredentials(accessKeyID: "a", secretAccessKey: "b", sessionToken: "\(number.withLock { $0 })")
    }

    func refused(_ credentials: AWSCredentials) async {
        number.withLock { $0 = min($0 + 1, last) }
    }
}

/// Answers as scripted and remembers what was asked.
final class ScriptedTransport: DynamoDBTransport {
    enum Step {
        case answer(Int, String)
        case lost
        case hang
    }

    private struct Lost: Error {}

    private let steps: Mutex<[Step]>
    private let requests = Mutex<[(headers: [String: String], body: String)]>([])

    init(_ steps: [Step]) {
        self.steps = Mutex(steps)
    }

    var sent: [[String: String]] { requests.withLock { $0.map(\.headers) } }
    var bodies: [String] { requests.withLock { $0.map(\.body) } }

    func post(headers: [(name: String, value: String)], body: [UInt8]) async throws -> DynamoDBResponse {
        let fields = Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
        requests.withLock { $0.append((fields, String(decoding: body, as: UTF8.self))) }
        let step = steps.withLock { $0.isEmpty ? .lost : $0.removeFirst() }
        switch step {
        case .answer(let status, let body):
            return DynamoDBResponse(status: status, requestID: "request-1", body: Array(body.utf8))
        case .lost:
            throw Lost()
        case .hang:
            try await Task.sleep(for: .seconds(3600))
            throw Lost()
        }
    }

    func warm() async -> Duration { .seconds(600) }
    func resize(_ pool: DynamoDBPoolSettings) {}
    func snapshot() -> DynamoDBPoolSnapshot { DynamoDBPoolSnapshot() }
    func shutdown() async throws {}
}
