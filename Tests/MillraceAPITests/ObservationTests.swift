import HTTPTypes
import Logging
import MillraceDomain
import MillraceTelemetry
import TestKit
import Testing

@testable import MillraceAPI

struct ObservationTests {
    let api = TestAPI()

    @Test(
        arguments: [
            ("abc-123", "abc-123"), (String(repeating: "x", count: 128), String(repeating: "x", count: 128)),
            (String(repeating: "x", count: 129), nil), ("a b", nil), ("é", nil), ("", nil),
        ] as [(String, String?)])
    func `a request id is adopted when it is harmless, else made`(sent: String, adopted: String?) async throws {
        let reply = try await api.call(.get, "/livez", headers: [.requestID: sent])
        #expect(reply.headers[.requestID] == adopted ?? "00000000-0000-7000-8000-000000000001")
    }

    @Test func `a request leaves one line, without its query and token`() async throws {
        let ada = try await api.bearer()
        try await api.call(.get, "/api/v1/jobs/\(ada.user.id)?secret=1", as: ada)
        let lines = api.lines.elements.filter { $0.level >= .info }
        #expect(lines.map(\.message) == ["request served"])
        let metadata = lines[0].metadata
        #expect(metadata["http.method"] == "GET")
        #expect(metadata["http.route"] == "/api/v1/jobs/{id}")
        #expect(metadata["http.path"] == "/api/v1/jobs/\(ada.user.id)")
        #expect(metadata["http.status"] == "400")
        #expect(metadata["request.id"] == "test")
        #expect(metadata["user.id"] == "\(ada.user.id)")
        #expect(!"\(metadata)".contains("secret"))
        #expect(!"\(metadata)".contains(ada.token))
    }

    @Test func `requests are timed by route, and nothing a client makes up becomes a label`() async throws {
        try await api.call(.get, "/livez")
        try await api.call(.get, "/livez")
        try await api.call(HTTPRequest.Method("BREW")!, "/made/up")
        try await api.call(HTTPRequest.Method("BREW2")!, "/made/up/2")
        let text = PrometheusText.render(api.metrics.snapshot())
        #expect(text.contains(#"http_request_duration_seconds_count{method="GET",route="/livez",status="200"} 2"#))
        #expect(text.contains(#"_count{method="other",route="unmatched",status="404"} 2"#))
        #expect(!text.contains("BREW"))
    }
}
