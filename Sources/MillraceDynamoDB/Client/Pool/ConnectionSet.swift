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
        // Those kept ahead of need are ours to open (`DynamoDBClient.keepWarm`), not `preWarmedHTTP1ConnectionCount`:
        // an endpoint that refuses connections is to be asked now and then, not without a pause.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        endsAt = now + pool.maxLifetime * Double.random(in: 0.9...1.1)
    }
}
