import HTTPTypes
import Hummingbird
import Logging
import MillraceDomain
import MillraceTelemetry

/// Answers every request, whatever happens: finds the route, lets nobody in without a token, turns every failure
/// into a problem, and leaves one line in the log and one sample in the metrics.
struct Responder: HTTPResponder {
    typealias Context = Connection

    let routes: RouteTable
    let gate: TokenGate
    let proxies: TrustedProxies
    let admission: Admission
    let deadlines: AnswerDeadlines
    let ids: any IDGenerator
    let limits: APILimits
    let metrics: RequestMetrics
    let health: HealthChecks
    let crossOrigin: CrossOrigin
    let logger: Logger

    /// What there is to say about a request once it is answered.
    private struct Outcome {
        var response: Response
        var template: String?
        var userID: UserID?
    }

    func respond(to request: Request, context: Connection) async -> Response {
        let start = ContinuousClock.now
        let id = RequestID.adopt(request.headers[.requestID], ids: ids)
        let target = RequestTarget(request.head.path ?? "")
        var outcome = Outcome(response: Response(status: .internalServerError))
        do {
            try await answer(request, target, id, context, &outcome)
        } catch {
            outcome.response = problem(error, id).response(instance: target.path, requestID: id)
        }
        outcome.response.headers[.requestID] = id
        outcome.response.headers.protect()
        crossOrigin.mark(&outcome.response.headers, of: request.head)
        if health.isDraining { outcome.response.headers[.connection] = "close" }
        if request.method == .head { outcome.response = outcome.response.createHeadResponse() }
        record(request, target, id, outcome, context, duration: .now - start)
        return outcome.response
    }

    private func answer(
        _ request: Request, _ target: RequestTarget, _ id: String, _ connection: Connection, _ outcome: inout Outcome
    ) async throws {
        try checkHead(request)
        switch routes.resolve(request.method, target.path) {
        case .unknown:
            throw Problem(.notFound, "Nothing is served here.")
        case .wrongMethod(let template, let allowed):
            outcome.template = template
            if let response = crossOrigin.preflight(request.head, methods: allowed) {
                outcome.response = response
                return
            }
            let methods = allowed.map(\.rawValue).joined(separator: ", ")
            throw Problem(.methodNotAllowed, "Allowed here: \(methods).", headers: [.allow: methods])
        case .found(let route, let parameters):
            outcome.template = route.template
            guard MediaType.accepts(route.produces, request.headers[.accept]) else {
                throw Problem(.notAcceptable, "This is answered as \(route.produces) only.")
            }
            var call = Call(
                request: request, target: target, parameters: parameters, id: id, limits: limits,
                deadline: AnswerDeadline(limits.answer), connection: connection)
            switch route.handler {
            case .open(let handle):
                outcome.response = try await handle(call)
            case .secured(let handle):
                defer { outcome.userID = call.deadline.userID }
                let (secret, address) = (try bearer(request), proxies.client(of: request, on: connection))
                call.place = try admission.enter(isWork: route.isWork)
                outcome.response = try await answer(call, secret, address, takesQuery: route.takesQuery, handle)
            }
        }
    }

    /// Answers in time, whatever the stores do.
    private func answer(
        _ call: Call, _ secret: TokenSecret, _ address: ClientAddress?, takesQuery: Bool,
        _ handle: @escaping @Sendable (Call, Caller) async throws -> Response
    ) async throws -> Response {
        let digest = secret.digest
        let end = await deadlines.answer(within: call.deadline) { [gate] in
            // Not before the end of what goes on after its time.
            defer { call.place?.leave() }
            let caller = try await gate.enter(secret, digest, from: address).asking(in: call.id)
            call.deadline.begin(for: caller.userID)
            let fields = try gate.count(digest)
            if !takesQuery { try call.requireNoQuery() }
            var response = try await handle(call, caller)
            for field in fields { response.headers[field.name] = field.value }
            return response
        }
        switch end {
        case .answered(let result):
            return try result.get()
        case .expired(let hadBegun):
            throw hadBegun && !call.isSafe ? DomainError.ambiguous : .unavailable
        }
    }

    /// What the framework lets pass, whatever the connection has seen to.
    private func checkHead(_ request: Request) throws(Problem) {
        guard (request.head.path ?? "").utf8.count <= limits.maxTargetBytes else {
            throw Problem(.targetTooLong, "Path and query must have at most \(limits.maxTargetBytes) bytes.")
        }
        // The first Host field has become the authority; a second one is left among the fields.
        guard request.headers[.host] == nil else {
            throw Problem(.malformedRequest, "There must be exactly one Host field.")
        }
    }

    private func bearer(_ request: Request) throws(DomainError) -> TokenSecret {
        let fields = request.headers[values: .authorization]
        guard fields.count == 1, let space = fields[0].firstIndex(of: " "),
            fields[0][..<space].lowercased() == "bearer",
            let secret = TokenSecret(bearer: String(HeaderElements.trim(fields[0][space...])))
        else { throw .unauthenticated }
        return secret
    }

    private func problem(_ error: any Error, _ id: String) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as DomainError: return Problem(error)
        default:
            logger.error("request failed", metadata: ["request.id": "\(id)", "error.message": "\(error)"])
            return Problem(.failure)
        }
    }

    private func record(
        _ request: Request, _ target: RequestTarget, _ id: String, _ outcome: Outcome, _ connection: Connection,
        duration: Duration
    ) {
        let status = Int(outcome.response.status.code)
        metrics.record(method: request.method, template: outcome.template, status: status, duration: duration)
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "http.method": "\(request.method.rawValue)", "http.path": "\(target.path)", "http.status": "\(status)",
            "http.durationMs": "\(duration.milliseconds)", "request.id": "\(id)",
        ]
        if let template = outcome.template { metadata["http.route"] = "\(template)" }
        if let userID = outcome.userID { metadata["user.id"] = "\(userID)" }
        if let trace = request.headers[.traceparent].flatMap({ Traceparent($0) }) {
            metadata["trace.id"] = "\(trace.traceID)"
        }
        if let client = connection.clientAddress { metadata["client.address"] = "\(client)" }
        logger.info("request served", metadata: metadata)
    }
}
