import HTTPTypes
import MillraceTelemetry
import Testing

@testable import MillraceAPI

struct HealthRoutesTests {
    private struct Down: Error {}

    private static func check(_ name: String, _ importance: HealthCheck.Importance, isUp: Bool) -> HealthCheck {
        HealthCheck(name, importance) { if !isUp { throw Down() } }
    }

    @Test(arguments: [
        (true, true, 200, #"{"status":"ok","checks":{"kafka":"ok","postgres":"ok"}}"#),
        (true, false, 200, #"{"status":"degraded","checks":{"kafka":"failed","postgres":"ok"}}"#),
        (false, true, 503, #"{"status":"unavailable","checks":{"kafka":"ok","postgres":"failed"}}"#),
    ])
    func `readiness depends on what is critical`(postgres: Bool, kafka: Bool, status: Int, body: String) async throws {
        let api = TestAPI(checks: [
            Self.check("postgres", .critical, isUp: postgres), Self.check("kafka", .optional, isUp: kafka),
        ])
        for path in ["/readyz", "/health", "/readyz?verbose"] {
            let reply = try await api.call(.get, path)
            #expect(reply.status == status)
            #expect(reply.body == body)
            #expect(reply.headers[.cacheControl] == "no-store")
            #expect(reply.headers[.contentType] == "application/json")
        }
        #expect(try await api.call(.get, "/livez").status == 200)
    }

    @Test func `a process that stops is alive but not ready`() async throws {
        let api = TestAPI()
        api.health.beginDraining()
        let reply = try await api.call(.get, "/readyz")
        #expect(reply.status == 503)
        #expect(reply.headers[.retryAfter] == "1")
        let live = try await api.call(.get, "/livez")
        #expect(live.status == 200)
        #expect(live.body == #"{"status":"ok"}"#)
    }
}
