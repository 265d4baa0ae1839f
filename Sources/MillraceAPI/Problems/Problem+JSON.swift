import HTTPTypes
import Hummingbird
import MillraceDomain

extension Problem {
    /// Writes the problem as one JSON value.
    ///
    /// - Parameters:
    ///   - instance: the path of the request; nil inside an answer that is about several things.
    ///   - requestID: the request's id; nil likewise.
    func write(to json: inout JSONWriter, instance: String? = nil, requestID: String? = nil) {
        json.beginObject()
        json.name("type")
        json.value("/problems/\(code.rawValue)")
        json.name("title")
        json.value(code.title)
        json.name("status")
        json.value(code.status)
        json.name("detail")
        json.value(detail)
        if let instance {
            json.name("instance")
            json.value(instance)
        }
        json.name("code")
        json.value(code.rawValue)
        if let requestID {
            json.name("request_id")
            json.value(requestID)
        }
        if let jobID {
            json.name("job_id")
            json.value(jobID.description)
        }
        if let excess { write(excess, to: &json) }
        if !faults.isEmpty { writeFaults(to: &json) }
        json.endObject()
    }

    private func write(_ excess: QuotaExcess, to json: inout JSONWriter) {
        json.name("quota")
        json.beginObject()
        json.name("name")
        json.value(excess.resource.rawValue)
        json.name("limit")
        json.value(excess.limit)
        json.name("used")
        json.value(excess.used)
        json.endObject()
    }

    private func writeFaults(to json: inout JSONWriter) {
        json.name("errors")
        json.beginArray()
        for fault in faults.prefix(Self.maxFaults) {
            json.beginObject()
            json.name("pointer")
            json.value(fault.pointer)
            json.name("code")
            json.value(fault.code)
            json.name("detail")
            json.value(fault.detail)
            json.endObject()
        }
        json.endArray()
    }

    /// The answer to a request that failed.
    func response(instance: String, requestID: String) -> Response {
        var json = JSONWriter()
        write(to: &json, instance: instance, requestID: requestID)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: HTTPResponse.Status(code: code.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
