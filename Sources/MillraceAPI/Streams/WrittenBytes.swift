import NIOCore

/// Counts what a connection writes, so that its guard can tell a slow client from one that takes nothing.
final class WrittenBytes: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Since the beginning.
    private(set) var count = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        count += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }
}
