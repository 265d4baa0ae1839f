import HTTPTypes
import Hummingbird
import MillraceTelemetry

/// `/livez`, `/readyz` and `/health`
struct HealthRoutes: Sendable {
    let health: HealthChecks

    /// Answers as long as the process answers anything.
    @Sendable func live(_ call: Call) async throws -> Response {
        .json(Array(#"{"status":"ok"}"#.utf8))
    }

    /// Answers how the process stands; 503 keeps new work away from it.
    @Sendable func ready(_ call: Call) async throws -> Response {
        let report = await health.report()
        let isReady = report.httpStatus == 200
        return .json(
            Array(report.json.utf8), HTTPResponse.Status(code: report.httpStatus),
            headers: isReady ? [:] : [.retryAfter: "1"])
    }
}
