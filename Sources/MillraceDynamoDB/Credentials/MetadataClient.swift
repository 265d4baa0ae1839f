import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks the small HTTP endpoints that hand out credentials.
///
/// A client lives for one fetch, as there is one in hours: nothing stays open and nothing is to be closed at the end.
struct MetadataClient: Sendable {
    /// A whole answer's limit; a document is a few KB.
    static let maxAnswerBytes = 64 * 1024
    private static let attempts = 3

    private let client: HTTPClient
    private let requestTimeout: Duration

    /// An answer of any status.
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
    }

    /// Runs `body` with a client of its own.
    static func with<Value>(
        requestTimeout: Duration, _ body: (MetadataClient) async throws(DynamoDBError) -> Value
    ) async throws(DynamoDBError) -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: TimeAmount(requestTimeout), read: TimeAmount(requestTimeout))
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<Value, DynamoDBError>
        do {
            outcome = .success(try await body(MetadataClient(client: client, requestTimeout: requestTimeout)))
        } catch {
            outcome = .failure(error)
        }
        // Fails only for a client that is shut down already.
        try? await client.shutdown()
        return try outcome.get()
    }

    /// Asks, at most three times when the answer is of the 5xx class, 429 or missing.
    ///
    /// - Throws: ``DynamoDBError`` of kind `unavailable` when there is no answer; bodies and headers are never in it.
    func ask(
        _ method: HTTPMethod, _ url: String, headers: [(name: String, value: SecretText)] = []
    ) async throws(DynamoDBError) -> Answer {
        for attempt in 1..<Self.attempts {
            if let answer = try? await once(method, url, headers), answer.status < 500, answer.status != 429 {
                return answer
            }
            do {
                try await Task.sleep(for: .milliseconds(100) * attempt)
            } catch {
                throw DynamoDBError(.cancelled, "cancelled while asking for credentials")
            }
        }
        do {
            return try await once(method, url, headers)
        } catch {
            throw DynamoDBError(.unavailable, "no answer from \(url)")
        }
    }

    private func once(
        _ method: HTTPMethod, _ url: String, _ headers: [(name: String, value: SecretText)]
    ) async throws -> Answer {
        try await withDeadline(requestTimeout) { [client, requestTimeout] in
            var request = HTTPClientRequest(url: url)
            request.method = method
            request.headers = HTTPHeaders(headers.map { ($0.name, $0.value.revealed) })
            let response = try await client.execute(request, timeout: TimeAmount(requestTimeout))
            let body = try await response.body.collect(upTo: Self.maxAnswerBytes)
            return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        }
    }
}
