import Hummingbird

/// The two RFC 9457 problems that the admin port can answer.
enum AdminProblem {
    case notFound(path: String)
    case methodNotAllowed(path: String)

    var response: Response {
        switch self {
        case .notFound(let path):
            problem(.notFound, code: "not_found", detail: "Nothing is served here.", path: path)
        case .methodNotAllowed(let path):
            problem(
                .methodNotAllowed, code: "method_not_allowed", detail: "Only GET and HEAD are served here.", path: path,
                extra: [.allow: "GET, HEAD"])
        }
    }

    private func problem(
        _ status: HTTPResponse.Status, code: String, detail: String, path: String, extra: HTTPFields = [:]
    ) -> Response {
        var body: [UInt8] = []
        body.append(contentsOf: #"{"type":"/problems/\#(code)","title":"\#(status.reasonPhrase)","#.utf8)
        body.append(contentsOf: #""status":\#(status.code),"detail":"\#(detail)","code":"\#(code)","instance":"#.utf8)
        LogText.appendQuoted(path, to: &body)
        body.append(UInt8(ascii: "}"))
        var headers = extra
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
