import MillraceDomain
import NIOHTTP1

/// What a receiver answered.
struct WebhookAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    /// Nil when it is too long.
    let body: [UInt8]?

    /// What it means for the job.
    ///
    /// - Throws: `JobFailure` for every status but 2xx: 408, 425, 429 and 5xx may be retried, after the time that the
    ///   receiver asks for when that is longer; 3xx and every other 4xx are permanent.
    func outcome(at now: Timestamp) throws(JobFailure) -> HandlerOutcome {
        switch status {
        case 200...299:
            return .succeeded(result: result)
        case 408, 425, 429, 500...599:
            throw JobFailure(
                code: "http_\(status)", message: "The receiver answered \(status).",
                retryAfter: headers.first(name: "retry-after").flatMap { RetryAfter.delay($0, at: now) })
        case 300...399:
            throw .permanent("http_\(status)", "The receiver answered \(status); redirects are not followed.")
        default:
            throw .permanent("http_\(status)", "The receiver answered \(status).")
        }
    }

    /// The body, where it is JSON as it stands.
    private var result: JSONText? {
        guard let body, !body.isEmpty else { return nil }
        return try? JSONText(body)
    }
}
