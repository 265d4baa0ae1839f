import HTTPTypes
import Metrics
import MillraceDomain
import Synchronization

/// Counts and times requests by method, route template and status.
///
/// Label values come from the route table alone: a client that makes up methods or paths makes no new series.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let template: String
        let status: Int
    }

    private let factory: any MetricsFactory
    private let timers = Mutex<[Key: Timer]>([:])
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete]

    /// Makes the metrics in `factory`.
    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    /// Notes one answered request; the timer's count is the number of requests.
    func record(method: HTTPRequest.Method, template: String?, status: Int, duration: Duration) {
        let key = Key(
            method: Self.methods.contains(method) ? method.rawValue : "other", template: template ?? "unmatched",
            status: status)
        timer(key).recordNanoseconds(duration.microseconds * 1000)
    }

    private func timer(_ key: Key) -> Timer {
        timers.withLock { timers in
            if let timer = timers[key] { return timer }
            let dimensions = [("method", key.method), ("route", key.template), ("status", "\(key.status)")]
            let timer = Timer(label: "http.request.duration", dimensions: dimensions, factory: factory)
            timers[key] = timer
            return timer
        }
    }
}
