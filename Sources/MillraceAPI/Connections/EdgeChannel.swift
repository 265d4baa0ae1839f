import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// One connection of HTTP/1 from its socket to the framework, with our guards between.
struct EdgeChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let limits: ConnectionLimits
    let refusals: Refusals
    let connections: OpenConnections

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let guardian = ConnectionGuard(
                limits: limits, refusals: refusals, connections: connections, isExtra: connections.open())
            channel.closeFuture.whenComplete { [connections] _ in connections.close() }
            try assemble(channel.pipeline.syncOperations, guardian, logger)
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    private func assemble(
        _ pipeline: ChannelPipeline.SynchronousOperations, _ guardian: ConnectionGuard, _ logger: Logger
    ) throws {
        try pipeline.addHandler(ArrivalWatch(guardian: guardian))
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits.decoder)
        try pipeline.addHandler(RequestFraming(rules: HeadRules(maxBodyBytes: limits.maxBodyBytes)))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(guardian)
        // Closes idle connections when the process stops.
        try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}

extension ConnectionLimits {
    /// What the decoder of HTTP/1 is to refuse. The target counts as a field: one that is a little too long shall get
    /// through, to be answered as such.
    var decoder: NIOHTTPDecoderLimitConfiguration {
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = maxHeadBytes
        decoder.maxHeaderListSize = maxHeadBytes
        decoder.maxHeaderFieldCount = maxHeaderFields
        return decoder
    }
}
