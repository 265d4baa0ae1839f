import HTTPTypes
import Hummingbird
import NIOCore

/// A text that is the same for everybody until the next release.
struct Publication: Sendable {
    private let body: ByteBuffer
    private let tag: EntityTag
    private let validators: HTTPFields
    private let headers: HTTPFields

    /// Makes one of a text.
    ///
    /// - Parameters:
    ///   - type: its media type.
    ///   - headers: further fields of an answer with the text.
    init(_ text: String, type: String, headers: HTTPFields = [:]) {
        body = ByteBuffer(string: text)
        tag = EntityTag(of: Array(text.utf8))
        validators = [.eTag: tag.text, .cacheControl: "public, no-cache"]
        var headers = headers
        headers[.contentType] = type
        headers.append(contentsOf: validators)
        self.headers = headers
    }

    /// The text, or word that the client has it.
    func response(to call: Call) -> Response {
        guard !tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) else {
            return Response(status: .notModified, headers: validators)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
