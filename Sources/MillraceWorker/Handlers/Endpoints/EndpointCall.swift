import MillraceDomain

/// How a call of an endpoint ended, as far as it tells of the endpoint.
enum EndpointCall: Hashable, Sendable {
    /// It answers, be it with a refusal.
    case answered
    /// It does not, or asks to be left alone for a while.
    case failed(retryAfter: Duration?)
    /// It does not want to be called any more.
    case gone
    /// Nothing was learnt.
    case unknown
}

/// A route, and when it was asked for.
struct KnownRoute: Sendable {
    let route: WebhookRoute
    let readAt: ContinuousClock.Instant
}
