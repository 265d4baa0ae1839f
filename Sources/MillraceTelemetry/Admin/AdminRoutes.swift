import Hummingbird

/// The admin port's whole route table.
struct AdminRoutes: Sendable {
    let metrics: MetricsRegistry
    let health: HealthChecks
    let collector: MetricsCollector?

    func respond(method: HTTPRequest.Method, path: String) async -> Response {
        switch method {
        case .get: await get(path) ?? AdminProblem.notFound(path: path).response
        case .head: (await get(path) ?? AdminProblem.notFound(path: path).response).createHeadResponse()
        default: (await get(path) == nil ? AdminProblem.notFound(path: path) : .methodNotAllowed(path: path)).response
        }
    }

    private func get(_ path: String) async -> Response? {
        switch path {
        case "/metrics": await exposition()
        case "/livez": text(#"{"status":"ok"}"#, type: "application/json")
        case "/readyz", "/health": readiness(await health.report())
        default: nil
        }
    }

    private func exposition() async -> Response {
        await collector?.refresh()
        return text(PrometheusText.render(metrics.snapshot()), type: PrometheusText.contentType)
    }

    private func readiness(_ report: HealthReport) -> Response {
        text(report.json, type: "application/json", status: HTTPResponse.Status(code: report.httpStatus))
    }

    private func text(_ body: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
