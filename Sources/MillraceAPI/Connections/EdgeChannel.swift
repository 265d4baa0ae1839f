import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOHTTPTypesHTTP2

/// One connection of HTTP/1 from its socket to the framework, with our guards between.
struct EdgeChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let limits: ConnectionLimits
    let refusals: Refusals
    let connections: OpenConnections

    /// Counts a connection while it is open.
    ///
    /// - Returns: whether it is one too many.
    func count(_ channel: any Channel) -> Bool {
        channel.closeFuture.whenComplete { [connections] _ in connections.close() }
        return connections.open()
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        setup(channel: channel, isExtra: count(channel), isSecure: false, logger: logger)
    }

    /// Puts a connection together that is counted already.
    func setup(channel: any Channel, isExtra: Bool, isSecure: Bool, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let guardian = ConnectionGuard(
                limits: limits, refusals: refusals, connections: connections, isExtra: isExtra)
            try assemble(channel.pipeline.syncOperations, guardian, isSecure, logger)
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    /// Puts one stream of an HTTP/2 connection together, which looks to the framework like a connection for one request.
    func setup(stream: any Channel, isExtra: Bool) -> EventLoopFuture<Value> {
        stream.eventLoop.makeCompletedFuture {
            let isOneTooMany = connections.openStream()
            stream.closeFuture.whenComplete { [connections] _ in connections.closeStream() }
            let guardian = ConnectionGuard(
                limits: limits, refusals: refusals, connections: connections, isExtra: isExtra || isOneTooMany,
                isStream: true)
            try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPServerCodec())
            try stream.pipeline.syncOperations.addHandler(guardian)
            return try NIOAsyncChannel(wrappingChannelSynchronously: stream)
        }
    }

    private func assemble(
        _ pipeline: ChannelPipeline.SynchronousOperations, _ guardian: ConnectionGuard, _ isSecure: Bool,
        _ logger: Logger
    ) throws {
        try pipeline.addHandler(ArrivalWatch(guardian: guardian))
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits.decoder)
        try pipeline.addHandler(RequestFraming(rules: HeadRules(maxBodyBytes: limits.maxBodyBytes)))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
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
