import HTTPTypes
import Hummingbird

/// Which pages from elsewhere may use this API in a browser (CORS, in the Fetch standard); none unless configured.
///
/// An origin is allowed when it is on the list, byte by byte: nothing is matched, and nothing reflected that is not.
/// Tokens come in `Authorization`, which a page has to know; there is nothing here that a browser would add by itself.
struct CrossOrigin: Sendable {
    private let origins: Set<String>

    /// Allows these origins.
    init(origins: [String] = []) {
        self.origins = Set(origins)
    }

    /// What a page may send, past what any may.
    private static let requestFields =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Request-Id, traceparent"
    /// What it may read of an answer, past what any may.
    private static let answerFields = """
        ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, \
        X-Request-Id
        """

    /// The answer to a browser that asks whether a page may send a request; nil for anything else.
    ///
    /// - Parameter methods: those of the request's target.
    func preflight(_ request: HTTPRequest, methods: [HTTPRequest.Method]) -> Response? {
        guard request.method == .options, request.headerFields[.accessControlRequestMethod] != nil,
            allowed(request) != nil
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: methods.map(\.rawValue).joined(separator: ", "),
                .accessControlAllowHeaders: Self.requestFields, .accessControlMaxAge: "600",
            ])
    }

    /// Tells a browser whether the page that asked may see the answer, and caches that it depends on who asks.
    func mark(_ fields: inout HTTPFields, of request: HTTPRequest) {
        guard !origins.isEmpty else { return }
        fields.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin = allowed(request) else { return }
        fields[.accessControlAllowOrigin] = origin
        fields[.accessControlExposeHeaders] = Self.answerFields
    }

    private func allowed(_ request: HTTPRequest) -> String? {
        let sent = request.headerFields[values: .origin]
        return sent.count == 1 && origins.contains(sent[0]) ? sent[0] : nil
    }
}
