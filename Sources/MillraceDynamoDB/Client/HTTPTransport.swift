import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Requests over a pool of kept-alive connections of its own.
struct HTTPTransport: DynamoDBTransport {
    /// A page of a query is at most 1 MB and a batch 16 MB, and JSON adds its escapes.
    private static let maxAnswerBytes = 64 << 20

    private let client: HTTPClient
    private let url: String
    private let timeout: TimeAmount

    init(_ settings: DynamoDBSettings) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.readTimeout))
        configuration.connectionPool = .init(
            idleTimeout: TimeAmount(settings.idleTimeout),
            concurrentHTTP1ConnectionsPerHostSoftLimit: settings.maxConnections)
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        url = "\(settings.endpoint.url)/"
        timeout = TimeAmount(settings.callTimeout)
    }

    func post(headers: [(name: String, value: String)], body: [UInt8]) async throws -> DynamoDBResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: timeout)
        let answer = try await response.body.collect(upTo: Self.maxAnswerBytes)
        return DynamoDBResponse(
            status: Int(response.status.code), requestID: response.headers.first(name: "x-amzn-requestid"),
            body: Array(answer.readableBytesView))
    }

    func shutdown() async throws {
        try await client.shutdown()
    }
}
