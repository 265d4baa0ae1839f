import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// One connection by TLS: HTTP/2 or HTTP/1, as the client likes (ALPN), behind the same guards as without.
struct TLSEdgeChannel: ServerChildChannel {
    /// What a client has agreed on.
    enum Agreed: Sendable {
        case http1(EdgeChannel.Value)
        case http2(StreamsChannel.Value)
    }

    struct Value: ServerChildChannelValue {
        let agreed: EventLoopFuture<Agreed>
        let channel: any Channel
    }

    private typealias Negotiation = NIOTypedApplicationProtocolNegotiationHandler<Agreed>

    let identity: TLSIdentity
    let edge: EdgeChannel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let isExtra = edge.count(channel)
            let limits = edge.limits
            let guardian = HandshakeGuard(limit: limits.silently(isExtra ? limits.crowded : limits.head))
            let loopBound = NIOLoopBound(guardian, eventLoop: channel.eventLoop)
            let negotiation = Negotiation { result, channel in
                channel.pipeline.syncOperations.removeHandler(loopBound.value).flatMap {
                    agree(on: result, channel, isExtra: isExtra, logger)
                }
            }
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: identity.context))
            try pipeline.addHandler(negotiation)
            try pipeline.addHandler(guardian)
            return Value(agreed: negotiation.protocolNegotiationResult, channel: channel)
        }
    }

    private func agree(
        on result: ALPNResult, _ channel: any Channel, isExtra: Bool, _ logger: Logger
    ) -> EventLoopFuture<Agreed> {
        switch result {
        case .negotiated("h2"):
            StreamsChannel(edge: edge).setup(channel: channel, isExtra: isExtra).map { .http2($0) }
        case .negotiated, .fallback:
            edge.setup(channel: channel, isExtra: isExtra, isSecure: true, logger: logger).map { .http1($0) }
        }
    }

    func handle(value: Value, logger: Logger) async {
        // A client that has agreed on nothing is gone already.
        guard let agreed = try? await value.agreed.get() else { return }
        switch agreed {
        case .http1(let value): await edge.handle(value: value, logger: logger)
        case .http2(let value): await StreamsChannel(edge: edge).handle(value: value, logger: logger)
        }
    }
}
