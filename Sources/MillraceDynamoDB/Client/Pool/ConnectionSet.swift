import AsyncHTTPClient
import NIOCore

/// The connections that were opened since the last replacement: an HTTP client and who uses it.
///
/// Guarded by its pool's lock.
struct ConnectionSet {
    let client: HTTPClient
    /// When it is to be replaced.
    let endsAt: ContinuousClock.Instant
    var users = 0

    init(_ settings: DynamoDBSettings, _ pool: DynamoDBPoolSettings, now: ContinuousClock.Instant) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(
            connect: TimeAmount(settings.connectTimeout), read: TimeAmount(settings.readTimeout))
        configuration.connectionPool = .init(
            idleTimeout: TimeAmount(pool.idleTimeout), concurrentHTTP1ConnectionsPerHostSoftLimit: pool.max)
        // Never ahead of need (`preWarmedHTTP1ConnectionCount`): the client opens those again without a pause when the
        // endpoint refuses them, hundreds a second and with memory that grows, seen with async-http-client 1.37.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        endsAt = now + pool.maxLifetime * Double.random(in: 0.9...1.1)
    }
}
