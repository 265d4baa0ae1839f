import NIOCore

/// Sees the bytes of a connection before they are decoded, so that its guard knows of a head that drips in.
final class ArrivalWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let guardian: ConnectionGuard

    /// Tells `guardian`, which stands behind the decoder on the same connection.
    init(guardian: ConnectionGuard) {
        self.guardian = guardian
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guardian.bytesArrived(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}
