import HTTPTypes
import Hummingbird
import MillraceDomain

/// One request on its way through a route.
struct Call: Sendable {
    /// What came in.
    let request: Request
    /// Its target, taken apart.
    let target: RequestTarget
    /// What the route's template captured.
    let parameters: [String: String]
    /// The name of the request in logs and problems.
    let id: String
    /// What the edge takes from clients.
    let limits: APILimits
    /// The time there is for its answer.
    let deadline: AnswerDeadline
    /// Its place among those that are worked on; nil for what is open to everybody.
    var place: Admission.Place?
    /// Where it came from.
    let connection: Connection

    /// A captured segment of the path.
    ///
    /// - Throws: a problem for a name that the template does not have, which is a defect of the route table.
    func parameter(_ name: String) throws(Problem) -> String {
        guard let value = parameters[name] else { throw Problem(.internalError, "Something went wrong here.") }
        return value
    }

    /// A captured segment that is an id.
    func id<Entity>(_ name: String, of type: Entity.Type = Entity.self) throws(Problem) -> Identifier<Entity> {
        guard let id = Identifier<Entity>(try parameter(name)) else {
            throw .invalid(name, .invalidFormat, "must be a UUID")
        }
        return id
    }

    /// Lets others have its place while its client is waited for.
    ///
    /// - Throws: what `wait` throws; a problem when there is no room afterwards: nothing has been done then.
    func lendingPlace<Value>(_ wait: () async throws -> Value) async throws -> Value {
        guard let place else { return try await wait() }
        return try await place.lending(wait)
    }

    /// It asks for something and changes nothing (RFC 9110 section 9.2.1).
    var isSafe: Bool { request.method == .get || request.method == .head }

    /// The parameters of the query.
    var query: QueryParameters { QueryParameters(target.query) }

    /// Passes when there is no query at all.
    func requireNoQuery() throws(DomainError) {
        guard target.query != nil else { return }
        var query = query
        try query.finish()
    }
}

extension HTTPField.Name {
    // Each of these is a token (RFC 9110 section 5.6.2), which is all that the initialiser checks.
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
    static let prefer = HTTPField.Name("Prefer")!
    static let preferenceApplied = HTTPField.Name("Preference-Applied")!
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let link = HTTPField.Name("Link")!
    static let traceparent = HTTPField.Name("traceparent")!
    static let host = HTTPField.Name("Host")!
}
