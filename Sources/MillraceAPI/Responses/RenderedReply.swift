import HTTPTypes
import Hummingbird
import MillraceDomain

/// A reply in JSON before it is sent: it can be kept.
struct RenderedReply: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: [UInt8]

    /// Writes a reply.
    static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], capacity: Int = 512,
        _ write: (inout JSONWriter) -> Void
    ) -> RenderedReply {
        var json = JSONWriter(capacity: capacity)
        write(&json)
        return RenderedReply(json.bytes, status, headers: headers)
    }

    /// Takes JSON that is written already.
    init(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        (self.status, self.headers, self.body) = (status, headers, bytes)
    }

    /// The reply to send.
    var response: Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The reply to keep.
    var kept: KeptReply {
        KeptReply(
            status: Int(status.code), headers: headers.map { .init(name: $0.name.canonicalName, value: $0.value) },
            body: body)
    }
}

extension KeptReply {
    /// The reply to send again.
    var response: Response {
        var fields: HTTPFields = [:]
        for header in headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields[name] = header.value
        }
        fields[.idempotencyReplayed] = "true"
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
