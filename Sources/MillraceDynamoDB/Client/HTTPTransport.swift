import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Requests over a pool of kept-alive connections of its own.
struct HTTPTransport: DynamoDBTransport {
    /// A page of a query is at most 1 MB and a batch 16 MB, and JSON adds its escapes.
    private static let maxAnswerBytes = 64 << 20

    private let permits: PermitQueue
    private let connections: ConnectionSets
    private let url: String
    private let timeout: TimeAmount

    init(
        _ settings: DynamoDBSettings,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        permits = PermitQueue(settings.pool, eventLoop: HTTPClient.defaultEventLoopGroup.any())
        connections = ConnectionSets(settings, clock: clock)
        url = "\(settings.endpoint.url)/"
        timeout = TimeAmount(settings.callTimeout)
    }

    func post(headers: [(name: String, value: String)], body: [UInt8]) async throws -> DynamoDBResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        request.body = .bytes(ByteBuffer(bytes: body))
        try await permits.acquire()
        defer { permits.release() }
        return try await connections.with { client in
            let response = try await client.execute(request, timeout: timeout)
            let answer = try await response.body.collect(upTo: Self.maxAnswerBytes)
            return DynamoDBResponse(
                status: Int(response.status.code), requestID: response.headers.first(name: "x-amzn-requestid"),
                body: Array(answer.readableBytesView))
        }
    }

    func warm() async -> Duration {
        let pool = connections.pool
        await withDiscardingTaskGroup { group in
            for _ in 0..<pool.min { group.addTask { await ping() } }
        }
        return pool.idleTimeout
    }

    /// Asks for nothing: DynamoDB answers this without signature and without charge.
    private func ping() async {
        do {
            try await permits.acquire()
            defer { permits.release() }
            try await connections.with { client in
                let answer = try await client.execute(HTTPClientRequest(url: url), timeout: timeout)
                _ = try await answer.body.collect(upTo: Self.maxAnswerBytes)
            }
        } catch {
            // Whoever needs a connection hears why there is none.
        }
    }

    func resize(_ pool: DynamoDBPoolSettings) {
        connections.resize(pool)
        permits.resize(pool)
    }

    func snapshot() -> DynamoDBPoolSnapshot {
        permits.snapshot()
    }

    func shutdown() async throws {
        await permits.close()
        await connections.close()
    }
}
