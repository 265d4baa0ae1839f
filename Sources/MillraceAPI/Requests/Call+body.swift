import HTTPTypes
import Hummingbird
import MillraceDomain
import NIOCore

extension Call {
    /// The media types that mean JSON.
    static let jsonTypes: Set<String> = ["application/json"]
    /// Those in which a merge patch may come (RFC 7396).
    static let mergePatchTypes: Set<String> = ["application/merge-patch+json", "application/json"]

    /// The body as one JSON document.
    ///
    /// - Parameters:
    ///   - wrappers: how many levels the document puts around payloads.
    ///   - maxBytes: the body's greatest length; the common limit unless given.
    /// - Throws: a problem for a body that is not JSON, too long, or of another media type.
    @inline(never)  // Inlined into a route, it crashes Swift 6.3.1's optimiser ("splitting coroutine").
    func json(
        wrapping wrappers: Int = 0, maxBytes: Int? = nil, types: Set<String> = Self.jsonTypes
    ) async throws -> JSONText {
        try requireType(types)
        return try await parse(bytes(atMost: maxBytes ?? limits.maxBodyBytes), wrappers)
    }

    /// The body as one JSON document; nil when there is none.
    func jsonIfAny() async throws -> JSONText? {
        let bytes = try await bytes(atMost: limits.maxBodyBytes)
        guard !bytes.isEmpty else { return nil }
        try requireType(Self.jsonTypes)
        return try parse(bytes, 0)
    }

    /// Passes when the body is empty, or an object without members.
    func requireNoBody() async throws {
        guard let json = try await jsonIfAny() else { return }
        var object = try JSONObject.open(json)
        try object.finish()
    }

    private func parse(_ bytes: [UInt8], _ wrappers: Int) throws(Problem) -> JSONText {
        guard !bytes.isEmpty else { throw Problem(.malformedRequest, "The body is empty.") }
        do {
            return try JSONText(bytes, maxDepth: JSONText.maxDepth + wrappers)
        } catch {
            throw Problem(
                .malformedRequest,
                "The body is not JSON that is read here: \(error.reason.rawValue), at byte "
                    + "\(error.offset).")
        }
    }

    private func requireType(_ types: Set<String>) throws(Problem) {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "Encoded bodies are not taken.")
        }
        guard let field = request.headers[.contentType], let type = MediaType(field), types.contains(type.essence),
            ["utf-8", "utf8"].contains(type.parameters["charset"]?.lowercased() ?? "utf-8")
        else {
            throw Problem(
                .unsupportedMediaType, "The body must be \(types.sorted().joined(separator: " or ")) in UTF-8.")
        }
    }

    /// Reads the body. One whose declared length is too great is refused before any of it is read.
    private func bytes(atMost limit: Int) async throws -> [UInt8] {
        try await lendingPlace { try await deadline.pausing { try await receive(atMost: limit) } }
    }

    private func receive(atMost limit: Int) async throws -> [UInt8] {
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw tooLarge(limit) }
        if request.headers[.expect] != nil { connection.askForBody() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(declared ?? 0, limit))
        do {
            for try await chunk in request.body {
                guard bytes.count + chunk.readableBytes <= limit else { throw tooLarge(limit) }
                bytes.append(contentsOf: chunk.readableBytesView)
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.malformedRequest, "The body broke off.")
        }
        // The framework takes the end of the connection for the end of the body.
        guard declared == nil || declared == bytes.count else {
            throw Problem(.malformedRequest, "The body broke off.")
        }
        return bytes
    }

    private func tooLarge(_ limit: Int) -> Problem {
        Problem(.bodyTooLarge, "The body must have at most \(limit) bytes.", headers: [.connection: "close"])
    }
}

extension JSONObject {
    /// Opens a document.
    ///
    /// - Throws: `DomainError.invalid` when it is not an object.
    static func open(_ json: JSONText) throws(DomainError) -> JSONObject {
        do { return try JSONObject(json) } catch { throw .invalid([error]) }
    }
}
