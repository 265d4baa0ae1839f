public import Logging
import Metrics
public import MillraceDomain

/// The registered endpoints as this process knows them: read at most once a second each, many in one statement, and
/// the gates that hold their limits.
public actor Endpoints {
    /// So long a route is believed.
    static let freshFor: Duration = .seconds(1)
    /// No more are kept, of routes or of gates.
    static let limit = 1000

    private struct Known {
        /// Nil when there is no such endpoint.
        let route: WebhookRoute?
        let readAt: ContinuousClock.Instant

        var answer: KnownRoute? { route.map { KnownRoute(route: $0, readAt: readAt) } }
    }

    private typealias Answer = OneShot<Result<KnownRoute?, DomainError>?>

    private let directory: any WebhookDirectory
    private let metrics = EndpointMetrics()
    private let logger: Logger
    private var known: [WebhookEndpointReference: Known] = [:]
    private var gates: [WebhookEndpointID: EndpointGate] = [:]
    private var waiting: [WebhookEndpointReference: [Answer]] = [:]
    private var isReading = false
    /// How many gates are kept.
    var gateCount: Int { gates.count }

    /// Makes an empty one over a directory.
    public init(directory: any WebhookDirectory, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// How an endpoint is called, at most a second old; nil when there is none.
    ///
    /// - Throws: `JobFailure`, retryable, when the store does not answer; `CancellationError`.
    func route(to reference: WebhookEndpointReference) async throws -> KnownRoute? {
        if let found = known[reference], found.readAt + Self.freshFor > .now { return found.answer }
        let answer = Answer()
        waiting[reference, default: []].append(answer)
        if !isReading {
            isReading = true
            // Ends with the last answer that somebody waits for.
            Task { await self.readAll() }
        }
        let result = await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.fulfil(nil)
        }
        guard let result else { throw CancellationError() }
        do { return try result.get() } catch {
            throw JobFailure(code: "store_unavailable", message: "The webhook endpoint could not be looked up.")
        }
    }

    /// Lets a call begin, or says when to ask again. Whoever enters must leave.
    func enter(_ known: KnownRoute) -> EndpointGate.Entry {
        let now = ContinuousClock.now
        if gates[known.route.id] == nil { makeRoomForGate(at: now) }
        var gate = gates[known.route.id] ?? EndpointGate(at: now)
        let entry = gate.enter(known, at: now)
        gates[known.route.id] = gate
        if case .wait = entry { metrics.deferred.increment() }
        return entry
    }

    /// Notes how a call ended, and writes down what all consumers must know of it.
    func leave(_ route: WebhookRoute, _ end: EndpointCall, took: Duration) async {
        let rest = gates[route.id]?.leave(end, took: took, at: .now)
        guard end == .gone || rest != nil else { return }
        // Not cut short by what has stopped the call; it ends within a statement's deadline, and is waited for.
        await Task { await self.writeDown(route, end, rest) }.value
    }

    private func writeDown(_ route: WebhookRoute, _ end: EndpointCall, _ rest: Duration?) async {
        let metadata: Logger.Metadata = ["webhook.endpoint": "\(route.id)"]
        do throws(DomainError) {
            if end == .gone {
                let isNew = try await directory.disable(route.id, calledAt: route.target.url, reason: "gone")
                known = known.filter { $0.value.route?.id != route.id }
                guard isNew else { return }
                metrics.disabled.increment()
                logger.notice("webhook endpoint is gone, disabled", metadata: metadata)
            } else if let rest {
                try await directory.close(route.id, for: rest)
                gates[route.id]?.closureStored(at: .now)
                metrics.closed.increment()
                logger.notice("webhook endpoint closed for a while", metadata: metadata)
            }
        } catch {
            // This process keeps to it; every other one finds out for itself.
            logger.warning("state of a webhook endpoint not written", metadata: metadata)
        }
    }

    private func readAll() async {
        while !waiting.isEmpty {
            let asked = waiting
            waiting = [:]
            let readAt = ContinuousClock.now
            let result: Result<[WebhookEndpointReference: WebhookRoute], DomainError>
            do throws(DomainError) {
                result = .success(try await directory.routes(to: Set(asked.keys)))
            } catch {
                result = .failure(error)
            }
            if case .success(let routes) = result {
                makeRoom(for: asked.count, at: readAt)
                for reference in asked.keys { known[reference] = Known(route: routes[reference], readAt: readAt) }
            }
            for (reference, answers) in asked {
                let route = result.map { routes in
                    routes[reference].map { KnownRoute(route: $0, readAt: readAt) }
                }
                for answer in answers { answer.fulfil(route) }
            }
        }
        isReading = false
    }

    private func makeRoom(for count: Int, at now: ContinuousClock.Instant) {
        guard known.count + count > Self.limit else { return }
        known = known.filter { $0.value.readAt + Self.freshFor > now }
        guard known.count + count > Self.limit else { return }
        known = [:]
    }

    /// What has calls under way stays, of which there are no more than this process runs jobs; then what has failed
    /// lately. A closure that is forgotten here is still in the store.
    private func makeRoomForGate(at now: ContinuousClock.Instant) {
        guard gates.count >= Self.limit else { return }
        gates = gates.filter { !$0.value.isIdle(at: now) }
        guard gates.count >= Self.limit else { return }
        gates = gates.filter { $0.value.running > 0 }
    }
}
