import Metrics

/// Counts what the gates of registered endpoints do, all endpoints together: a series for each would have no bound.
struct EndpointMetrics: Sendable {
    /// Calls that were put off because of a limit or a closure.
    let deferred = Counter(label: "millrace.webhooks.deferred")
    /// Closures after failures in a row or a `Retry-After`.
    let closed = Counter(label: "millrace.webhooks.closed")
    /// Endpoints disabled after an answer 410.
    let disabled = Counter(label: "millrace.webhooks.disabled")
}
