import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// One connection of HTTP/2: each of its streams is one request, behind a guard of its own.
struct StreamsChannel: Sendable {
    /// The streams as they come.
    typealias Value = NIOHTTP2Handler.AsyncStreamMultiplexer<EdgeChannel.Value>

    let edge: EdgeChannel

    /// Puts a connection together that is counted already.
    func setup(channel: any Channel, isExtra: Bool) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let meter = WrittenBytes()
            let guardian = StreamsGuard(
                limits: edge.limits, refusals: edge.refusals, connections: edge.connections, meter: meter)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(meter)
            let streams = try pipeline.configureAsyncHTTP2Pipeline(
                mode: .server, streamDelegate: StreamCount(guardian, on: channel.eventLoop), frameDelegate: guardian,
                configuration: edge.limits.streams
            ) { stream in
                edge.setup(stream: stream, isExtra: isExtra)
            }
            try pipeline.addHandler(guardian)
            return streams
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for try await stream in value.inbound {
                    group.addTask { await edge.handle(value: stream, logger: logger) }
                }
            }
        } catch {
            // The connection broke off; its guard has seen to it.
            logger.trace("connection ended", metadata: ["error.message": "\(error)"])
        }
    }
}

extension ConnectionLimits {
    /// What the protocol itself is to refuse, by the end of the connection where it is no request's own fault.
    ///
    /// Names and defaults are those of swift-nio-http2; said here what keeps a flood of cheap frames cheap.
    var streams: NIOHTTP2Handler.Configuration {
        var streams = NIOHTTP2Handler.Configuration()
        streams.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: maxStreams),
            // What is a little too long gets through, to be answered as such.
            HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * maxHeadBytes),
        ]
        // As many as a head of that size needs.
        streams.connection.maximumSequentialContinuationFrames = 2 * maxHeadBytes / (16 << 10)
        // PING, SETTINGS and PRIORITY together.
        streams.connection.controlFrameRateLimit.maximumCount = 200
        streams.connection.controlFrameRateLimit.windowLength = .seconds(30)
        // Streams that are taken back, and those that break the protocol.
        streams.stream.streamResetFrameRateLimit.maximumCount = 200
        streams.stream.streamResetFrameRateLimit.windowLength = .seconds(30)
        streams.stream.streamErrorRateLimit.maximumCount = 200
        streams.stream.streamErrorRateLimit.windowLength = .seconds(30)
        return streams
    }
}
