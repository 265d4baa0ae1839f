import HTTPTypes
import Hummingbird

/// The pages behind the `type` of every problem.
struct ProblemPages: Sendable {
    /// `GET /problems/{code}`
    @Sendable func show(_ call: Call) async throws -> Response {
        guard let code = ProblemCode(rawValue: try call.parameter("code")) else {
            throw Problem(.notFound, "There is no such problem.")
        }
        return page(title: code.title, body: "<p>Status \(code.status)</p>\n<p>\(HTML.escape(code.explanation))</p>")
    }

    /// `GET /problems`
    @Sendable func list(_ call: Call) async throws -> Response {
        let items = ProblemCode.allCases.map { code in
            "<li><a href=\"/problems/\(code.rawValue)\">\(code.rawValue)</a>: \(code.status) \(code.title)</li>"
        }
        return page(title: "Problems", body: "<ul>\n\(items.joined(separator: "\n"))\n</ul>")
    }

    private func page(title: String, body: String) -> Response {
        let html = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(title) – Millrace</title></head>
            <body>
            <h1>\(title)</h1>
            \(body)
            </body>
            </html>

            """
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "public, max-age=3600",
                .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
