import HTTPTypes
import Logging
import MillraceDomain
import NIOCore

/// The answers that a connection gives when no route can.
struct Refusals: Sendable {
    let ids: any IDGenerator
    let logger: Logger

    /// Notes that a connection was closed with something under way.
    func noteDrop() {
        logger.info("connection dropped")
    }

    /// The head and the body of the answer; the connection ends after it.
    func response(to problem: Problem) -> (HTTPResponse, ByteBuffer) {
        let id = ids.next().description
        logger.info(
            "request refused", metadata: ["request.id": "\(id)", "problem.code": "\(problem.code.rawValue)"])
        var json = JSONWriter()
        problem.write(to: &json, requestID: id)
        var fields = problem.headers
        fields[.contentType] = "application/problem+json"
        fields[.contentLength] = "\(json.bytes.count)"
        fields[.connection] = "close"
        fields[.requestID] = id
        fields.protect()
        return (
            HTTPResponse(status: HTTPResponse.Status(code: problem.code.status), headerFields: fields),
            ByteBuffer(bytes: json.bytes)
        )
    }
}
