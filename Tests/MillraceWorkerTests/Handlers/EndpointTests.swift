import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

/// Jobs sent to registered endpoints, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct `Calling registered endpoints` {
    private let clock = ManualClock()
    private let store: InMemoryStore
    private let directory: CountingDirectory
    private let webhooks: Webhooks
    private let endpoints: Endpoints
    private let owner = UserID(SequentialIDs.id(8))

    init() async throws {
        store = InMemoryStore(clock: clock)
        directory = CountingDirectory(base: store)
        let loopback = WebhookSettings(allowPrivateNetworks: [NetworkRange("127.0.0.0/8")].compactMap { $0 })
        webhooks = Webhooks(settings: loopback, logger: .silent)
        endpoints = Endpoints(directory: directory, logger: .silent)
        _ = try await store.create(id: owner, profile: .sample())
    }

    private func handler(_ choice: WebhookEndpointChoice? = nil, _ policy: HandlerPolicy = .init()) -> EndpointHandler {
        EndpointHandler(
            choice: choice ?? .named(WebhookEndpointName(stored: "orders")), policy: policy, endpoints: endpoints,
            webhooks: webhooks, clock: clock)
    }

    private func register(
        _ server: RawServer, _ adjust: (inout WebhookEndpointProfile) -> Void = { _ in }
    ) async throws -> WebhookEndpoint {
        var profile = WebhookEndpointProfile(
            name: WebhookEndpointName(stored: "orders"), url: WebhookURL(stored: "http://127.0.0.1:\(server.port)/in"),
            headers: try WebhookHeaders(["x-api-key": "k"]))
        adjust(&profile)
        let key = WebhookKey(bytes: Array("old".utf8))
        return try await store.create(
            WebhookEndpointID(SequentialIDs.id(20)), owner: owner, profile: profile,
            secret: WebhookSecretID(SequentialIDs.id(21)), key: key
        ).endpoint
    }

    @Test func `a job goes to its owner's endpoint, signed with every key, with the endpoint's headers`() async throws {
        let server = try RawServer { _ in .status(200, body: "[1]") }
        defer { server.stop() }
        let endpoint = try await register(server)
        _ = try await store.addSecret(
            WebhookSecretID(SequentialIDs.id(22)), key: WebhookKey(bytes: Array("new".utf8)), to: endpoint.id,
            owner: nil, othersFor: .seconds(60))
        let job = Job.running("ship", payload: #"{"a":1}"#)
        #expect(await handler().attempt(job) == .succeeded(JSONText(stored: "[1]")))
        #expect(await handler(.id(endpoint.id)).attempt(job).isSuccess)
        let request = try #require(server.requests.elements.first)
        #expect(request.line == "POST /in HTTP/1.1" && request.headers["x-api-key"] == "k")
        #expect(request.headers["webhook-id"] == job.id.description)
        let message = "\(job.id).1795253400.{\"a\":1}"
        let signatures = request.headers["webhook-signature"]?.split(separator: " ").map(String.init)
        #expect(signatures == ["new", "old"].map { "v1," + PlainHMAC.base64(message, key: Array($0.utf8)) })
        await webhooks.close()
    }

    @Test func `however many endpoints fail, what is kept of them is bounded, and calls under way are kept`() async {
        func route(_ number: Int) -> WebhookRoute {
            WebhookRoute(
                id: WebhookEndpointID(SequentialIDs.id(UInt64(100 + number))),
                target: WebhookTarget(url: "https://example.org/", secrets: []), concurrency: 1)
        }
        let busy = KnownRoute(route: route(0), readAt: .now)
        #expect(await endpoints.enter(busy) == .entered)
        for number in 1...(Endpoints.limit + 10) {
            #expect(await endpoints.enter(KnownRoute(route: route(number), readAt: .now)) == .entered)
            await endpoints.leave(route(number), .failed(retryAfter: nil), took: .zero)
        }
        #expect(await endpoints.gateCount <= Endpoints.limit)
        #expect(await endpoints.enter(busy) != .entered)
    }

    @Test func `an endpoint that is not there, not the owner's or disabled is the end of the job`() async throws {
        let server = try RawServer { _ in .status(200) }
        defer { server.stop() }
        #expect(await handler().attempt(.running("ship")).failure?.code == "endpoint_unknown")
        let endpoint = try await register(server) { $0.isEnabled = false }
        let mallory = try await store.create(
            id: UserID(SequentialIDs.id(9)), profile: .sample("mallory@example.org"))
        let fresh = Endpoints(directory: directory, logger: .silent)
        func attempt(_ choice: WebhookEndpointChoice) async -> JobFailure? {
            let handler = EndpointHandler(
                choice: choice, policy: HandlerPolicy(), endpoints: fresh, webhooks: webhooks, clock: clock)
            return await handler.attempt(.running("ship")).failure
        }
        for choice in [WebhookEndpointChoice.id(endpoint.id), .named(endpoint.profile.name)] {
            let failure = await attempt(choice)
            #expect(failure?.code == "endpoint_disabled" && failure?.isRetryable == false)
        }
        let found = try await fresh.route(to: .named(endpoint.profile.name, owner: mallory.id))
        #expect(found == nil)
        #expect(server.requests.elements.isEmpty)
        await webhooks.close()
    }

    @Test func `a 410 disables the endpoint for all, and is the end of the job`() async throws {
        let server = try RawServer { _ in .status(410) }
        defer { server.stop() }
        let endpoint = try await register(server)
        let failure = await handler().attempt(.running("ship")).failure
        #expect(failure?.code == "http_410" && failure?.isRetryable == false)
        let found = try #require(try await store.find(endpoint.id, owner: nil))
        #expect(!found.profile.isEnabled && found.disabledReason == "gone")
        #expect(await handler().attempt(.running("ship")).failure?.code == "endpoint_disabled")
        #expect(server.requests.elements.count == 1)
        await webhooks.close()
    }

    @Test func `a Retry-After holds back the other jobs, here and elsewhere, and charges them nothing`() async throws {
        let server = try RawServer { _ in .status(503, headers: "retry-after: 120\r\n") }
        defer { server.stop() }
        let endpoint = try await register(server)
        let failure = await handler().attempt(.running("ship")).failure
        #expect(failure?.code == "http_503" && failure?.retryAfter == .seconds(120))
        #expect(try await store.find(endpoint.id, owner: nil)?.closedUntil == clock.now() + .seconds(120))
        let elsewhere = EndpointHandler(
            choice: .id(endpoint.id), policy: HandlerPolicy(),
            endpoints: Endpoints(directory: directory, logger: .silent), webhooks: webhooks, clock: clock)
        for handler in [handler(), elsewhere] {
            let outcome = await handler.attempt(.running("ship"))
            guard case .snoozed(let wait) = outcome else {
                Issue.record("\(outcome) instead of a wait")
                continue
            }
            #expect(wait > .seconds(118) && wait < .seconds(130))
        }
        #expect(server.requests.elements.count == 1)
        await webhooks.close()
    }

    @Test func `a receiver that fails again and again is left alone, also one that hangs`() async throws {
        let server = try RawServer { _ in .hang(after: "") }
        defer { server.stop() }
        let endpoint = try await register(server)
        for _ in 0..<EndpointGate.tolerance {
            let failure = await handler().attempt(.running("ship", timeout: .milliseconds(100))).failure
            #expect(failure?.code == "timeout")
        }
        let outcome = await handler().attempt(.running("ship", timeout: .seconds(5)))
        #expect(outcome.failure == nil && !outcome.isSuccess)
        #expect(try await store.find(endpoint.id, owner: nil)?.closedUntil != nil)
        #expect(server.requests.elements.count <= EndpointGate.tolerance)
        await webhooks.close()
    }

    @Test func `a job that would be too old when its turn comes is given up`() async throws {
        let server = try RawServer { _ in .status(200) }
        defer { server.stop() }
        let endpoint = try await register(server)
        try await store.close(endpoint.id, for: .seconds(120))
        let retry = RetryPolicy().overridden(by: RetryOverride(base: nil, cap: nil, maxAge: .seconds(60)))
        let failure = await handler(nil, HandlerPolicy(retry: retry)).attempt(.running("ship")).failure
        #expect(failure?.code == "endpoint_closed" && failure?.isRetryable == false)
        await webhooks.close()
    }

    @Test func `the store is asked once for many jobs, and not again within the second`() async throws {
        let server = try RawServer { _ in .status(200) }
        defer { server.stop() }
        _ = try await register(server) { $0.concurrency = 1000 }
        for _ in 0..<2 {
            await withTaskGroup(of: RunOutcome.self) { group in
                for _ in 0..<50 { group.addTask { await handler().attempt(.running("ship")) } }
                for await outcome in group { #expect(outcome.isSuccess) }
            }
        }
        // The first question, and perhaps one for those who came while it was answered, and one a second.
        #expect(directory.questions.elements.count <= 4)
        await webhooks.close()
    }

    @Test func `a store that does not answer is a failure to be tried again`() async throws {
        store.setOutage(.unavailable)
        let failure = await handler().attempt(.running("ship")).failure
        #expect(failure?.code == "store_unavailable" && failure?.isRetryable == true)
        store.setOutage(nil)
        #expect(await handler().attempt(.running("ship")).failure?.code == "endpoint_unknown")
    }
}

/// A directory that tells what it was asked.
private struct CountingDirectory: WebhookDirectory {
    let base: InMemoryStore
    let questions = Recorder<Set<WebhookEndpointReference>>()

    func routes(
        to endpoints: Set<WebhookEndpointReference>
    ) async throws(DomainError) -> [WebhookEndpointReference: WebhookRoute] {
        questions.record(endpoints)
        return try await base.routes(to: endpoints)
    }

    func close(_ id: WebhookEndpointID, for duration: Duration) async throws(DomainError) {
        try await base.close(id, for: duration)
    }

    func disable(_ id: WebhookEndpointID, calledAt url: String, reason: String) async throws(DomainError) -> Bool {
        try await base.disable(id, calledAt: url, reason: reason)
    }
}
