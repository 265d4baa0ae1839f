import AsyncHTTPClient
import MillraceDomain
import NIOCore
import NIOHTTP1

/// The REST API as the command line sees it.
struct RemoteAPI: Sendable {
    /// A page of large records is large.
    private static let maxAnswerBytes = 256 << 20
    private static let patience = TimeAmount.seconds(60)

    private let base: String
    private let token: String
    private let client: HTTPClient

    /// Runs `body` with a client, and closes it.
    ///
    /// - Parameter base: scheme, host and port, with or without a slash at the end.
    static func with<Result>(
        base: String, token: String, _ body: (RemoteAPI) async throws -> Result
    ) async throws -> Result {
        guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
            throw CommandFailure("the API must be an http:// or https:// URL", exitCode: RemoteFailure.config)
        }
        var configuration = HTTPClient.Configuration()
        // The token is for this server and no other.
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Swift.Result<Result, any Error>
        do {
            let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
            result = .success(try await body(RemoteAPI(base: trimmed, token: token, client: client)))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// Sends one request.
    ///
    /// - Parameters:
    ///   - path: below `/api/v1`.
    ///   - query: values as they are; nil ones are left out.
    /// - Throws: `CommandFailure` unless the answer is a success.
    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, query: [(String, String?)] = [], _ body: JSONText? = nil
    ) async throws -> RemoteAnswer {
        var request = HTTPClientRequest(url: "\(base)/api/v1\(path)\(Self.text(of: query))")
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Accept", value: "application/json")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let answer = try await execute(request)
        if let failure = RemoteFailure.of(answer) { throw failure }
        return answer
    }

    /// The items of a list, page by page, at most `limit` of them.
    func items(
        _ path: String, query: [(String, String?)] = [], limit: Int, _ take: (JSONText) throws -> Void
    ) async throws {
        var (left, cursor): (Int, String?) = (limit, nil)
        repeat {
            let page = [("limit", "\(min(left, 500))"), ("cursor", cursor)]
            let answer = try await send(.GET, path, query: query + page).object()
            let items = answer["items"]?.elements ?? []
            for item in items.prefix(left) { try take(item) }
            left -= items.count
            cursor = answer["next_cursor"]?.string
        } while cursor != nil && left > 0
    }

    private func execute(_ request: HTTPClientRequest) async throws -> RemoteAnswer {
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.maxAnswerBytes)
            return RemoteAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw CommandFailure("\(base) did not answer in time", exitCode: RemoteFailure.tryAgain)
        } catch {
            throw CommandFailure("\(base) cannot be reached: \(error)", exitCode: RemoteFailure.unavailable)
        }
    }

    private static func text(of query: [(String, String?)]) -> String {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(encode($0))" } }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3).
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%"
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 0xF)])
            }
        }
    }
}

/// An answer, whole.
struct RemoteAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// The body as JSON; nil when it is none. A page around jobs around payloads nests a little deeper than those.
    var json: JSONText? { try? JSONText(body, maxDepth: JSONText.maxDepth + 8) }

    /// The body as an object.
    ///
    /// - Throws: `CommandFailure` when it is none.
    func object() throws -> JSONText {
        guard let json, json.kind == .object else {
            throw CommandFailure("the answer is not understood", exitCode: RemoteFailure.protocolError)
        }
        return json
    }
}
