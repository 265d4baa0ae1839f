import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MillraceDomain
import MillraceTelemetry
import NIOCore
import TestKit

@testable import MillraceAPI

/// The API over ports in memory, a clock that stands still and ids that count up.
struct TestAPI: Sendable {
    let clock = ManualClock()
    /// By which limits on how often count.
    let moment = StandingClock()
    let store: InMemoryStore
    let archive = InMemoryJobArchive()
    let dispatcher = RecordingDispatcher()
    let metrics: MetricsRegistry
    let lines: Recorder<LogLine>
    let health: HealthChecks
    let api: API
    /// What a test's own store makes the API answer need not be in the published document.
    private let isRecorded: Bool

    /// Somebody with a token.
    struct Bearer: Sendable {
        let user: User
        let token: String
    }

    /// All scopes but `admin`.
    static let ordinary = Set(Scope.allCases).subtracting([.admin])

    init(
        checks: [HealthCheck] = [], jobs: (any JobRepository)? = nil, identity: TLSIdentity? = nil,
        metrics: MetricsRegistry = MetricsRegistry(), lines: Recorder<LogLine> = Recorder(),
        _ adjust: (inout APISettings) -> Void = { _ in }
    ) {
        var settings = APISettings(host: "127.0.0.1", port: 0)
        // Tests try wrong tokens by the hundred.
        settings.rates.failures = nil
        adjust(&settings)
        (self.metrics, self.lines) = (metrics, lines)
        let moment = moment
        let logger = Logger(label: "test") { _ in RecordingLogHandler(lines: lines) }
        store = InMemoryStore(clock: clock)
        isRecorded = jobs == nil
        health = HealthChecks(checks, freshFor: .zero, logger: logger)
        api = API.build(
            APIDependencies(
                users: store, tokens: store, jobs: jobs ?? store, archive: archive, queues: store, deadLetters: store,
                erasures: store, idempotency: store, audit: store, webhookEndpoints: store, quotas: store,
                dispatcher: dispatcher,
                decoder: KindRecordDecoder(),
                ingestOwner: .sample("ingest@example.org", name: "Ingest"),
                catalogue: HandlerCatalogue(Self.kinds), ids: SequentialIDs(),
                health: health, metrics: metrics, logger: logger, now: { moment.now }, identity: identity),
            settings)
    }

    private static let kinds = [
        KindDescription(kind: JobKind(stored: "mail"), driver: .swift),
        KindDescription(
            kind: JobKind(stored: "hook"),
            driver: .http(WebhookTarget(url: "https://example.org/secret-path", secrets: [Array("s3cret".utf8)])),
            policy: HandlerPolicy(timeout: .seconds(10), maxAttempts: 3)),
    ]

    /// Makes a user with a token.
    func bearer(_ name: String = "ada", _ scopes: Set<Scope> = ordinary) async throws -> Bearer {
        let number = UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)
        let user = try await store.create(
            id: UserID(SequentialIDs.id(number, series: 7)), profile: .sample("\(name)@example.org", name: name))
        return try await token(for: user, scopes)
    }

    /// Makes another token of a user.
    func token(for user: User, _ scopes: Set<Scope>) async throws -> Bearer {
        let secret = TokenSecret.random()
        _ = try await store.create(
            id: TokenID(tokenIDs.next()), userID: user.id,
            request: TokenRequest(name: UserName("test"), scopes: scopes, expiresAt: nil), digest: secret.digest)
        return Bearer(user: user, token: secret.text)
    }

    /// Sends one request through the whole edge but the socket. `X-Request-Id` is `test` unless given.
    @discardableResult
    func call(
        _ method: HTTPRequest.Method, _ target: String, as bearer: Bearer? = nil, _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Reply {
        var fields = headers
        if let bearer, fields[.authorization] == nil { fields[.authorization] = "Bearer \(bearer.token)" }
        if fields[.requestID] == nil { fields[.requestID] = "test" }
        if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        return try await send(method, target, fields, body.map { ByteBuffer(string: $0) })
    }

    /// Sends one request as it is.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields, _ body: ByteBuffer?
    ) async throws -> Reply {
        try await api.application().test(.router) { client in
            let response = try await client.executeRequest(uri: target, method: method, headers: fields, body: body)
            let reply = Reply(
                status: Int(response.status.code), headers: response.headers, body: String(buffer: response.body))
            if isRecorded {
                ReplyRecording.current?.record(method, api.responder.routes.template(method, target), reply)
            }
            return reply
        }
    }

    /// Accepts a job, past the edge.
    @discardableResult
    func submit(
        _ owner: Bearer, kind: String = "mail", _ adjust: (inout JobSubmission) -> Void = { _ in }
    ) async throws -> Job {
        var submission = JobSubmission(kind: JobKind(stored: kind), maxAttempts: 25)
        adjust(&submission)
        let id = submission.id ?? JobID(submitIDs.next())
        let job = NewJob(id: id, ownerID: owner.user.id, submission: submission)
        guard case .accepted(let accepted) = try await store.submit([job], isAtomic: false)[0] else {
            throw NotAccepted()
        }
        return accepted
    }

    private let submitIDs = SequentialIDs(series: 9)
    private let tokenIDs = SequentialIDs(series: 8)

    /// Claims a queued job.
    func claim(_ id: JobID) async throws -> Lease {
        try await store.claim([id], limit: 1, terms: LeaseTerms(consumer: "consumer-1"))[0].lease
    }

    /// Runs a queued job to a good end.
    func succeed(_ id: JobID, result: String? = nil) async throws {
        let lease = try await claim(id)
        _ = try await store.finish([.succeeding(lease, result: result.map { JSONText(stored: $0) })])
    }

    /// Runs a queued job to a bad end.
    func kill(_ id: JobID) async throws {
        let lease = try await claim(id)
        _ = try await store.finish([.failing(lease, isFinal: true, message: "It broke.")])
    }
}

/// An answer.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: String

    /// A member of the outermost object that is a string.
    subscript(_ name: String) -> String? { member(name)?.string }

    /// A member of the outermost object.
    func member(_ name: String) -> JSONText? {
        (try? JSONText(body))?.members?.first { $0.name == name }?.value
    }

    /// The elements of `items`.
    var items: [JSONText] { member("items")?.elements ?? [] }

    /// Pointers of the faults of a problem.
    var pointers: [String] {
        (member("errors")?.elements ?? []).compactMap { $0.members?.first { $0.name == "pointer" }?.value.string }
    }
}

/// What was logged.
struct LogLine: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata
}

/// Keeps what is logged.
struct RecordingLogHandler: LogHandler {
    let lines: Recorder<LogLine>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.record(
            LogLine(
                level: event.level, message: event.message.description,
                metadata: metadata.merging(event.metadata ?? [:]) { _, new in new }))
    }
}

/// A job that a test needs was not accepted.
struct NotAccepted: Error {}
