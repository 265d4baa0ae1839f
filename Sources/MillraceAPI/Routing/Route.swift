import HTTPTypes
import Hummingbird
import MillraceDomain

/// What is done for one method on one kind of target.
struct Route: Sendable {
    /// What answers a request.
    enum Handler: Sendable {
        /// For everybody.
        case open(@Sendable (Call) async throws -> Response)
        /// For bearers of a valid token.
        case secured(@Sendable (Call, Caller) async throws -> Response)
    }

    /// The method.
    let method: HTTPRequest.Method
    /// The path, with names in braces for the segments that it captures.
    let template: String
    /// What answers.
    let handler: Handler
    /// The media type of a good answer.
    let produces: String
    /// Whether it reads the query; any other route refuses one.
    let takesQuery: Bool

    /// A route for bearers of a token.
    static func on(
        _ method: HTTPRequest.Method, _ template: String, query takesQuery: Bool = false,
        _ handler: @escaping @Sendable (Call, Caller) async throws -> Response
    ) -> Route {
        Route(
            method: method, template: template, handler: .secured(handler), produces: "application/json",
            takesQuery: takesQuery)
    }

    /// A route for everybody.
    static func open(
        _ method: HTTPRequest.Method, _ template: String, produces: String = "application/json",
        _ handler: @escaping @Sendable (Call) async throws -> Response
    ) -> Route {
        // Probes and browsers like to add parameters of their own.
        Route(method: method, template: template, handler: .open(handler), produces: produces, takesQuery: true)
    }
}
