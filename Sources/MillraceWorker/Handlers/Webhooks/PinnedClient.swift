import AsyncHTTPClient
import MillraceDomain
import NIOCore

/// An HTTP client whose every connection goes to one address that was checked.
struct PinnedClient: Sendable {
    let client: HTTPClient
    let address: NetworkAddress

    init(_ receiver: Receiver, at address: NetworkAddress, _ settings: WebhookSettings) {
        var configuration = HTTPClient.Configuration()
        configuration.dnsOverride = [receiver.host: address.text]
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .nanoseconds(settings.connectTimeout.microseconds * 1000)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connectionsPerReceiver
        // With it the client fails hard on a refusal by the check below.
        configuration.connectionPool.retryConnectionEstablishment = false
        // The trace of a job is none of the receiver's business.
        configuration.tracing.tracer = nil
        configuration.http1_1ConnectionDebugInitializer = { channel in
            guard channel.remoteAddress?.ipAddress.flatMap(NetworkAddress.init)?.bytes == address.bytes else {
                return channel.eventLoop.makeFailedFuture(ChannelError.connectTimeout(.zero))
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.address = address
    }
}
