import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// What is different where a guard stands on one stream of an HTTP/2 connection.
extension ConnectionGuard {
    /// The head as the framework is to see it, unless it breaks a rule that nothing before has applied.
    func checked(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> HTTPRequest? {
        guard isStream else { return head }
        do throws(RequestFault) {
            return try StreamRules(limits: limits).admit(head)
        } catch {
            fail(error.problem, context)
            return nil
        }
    }

    /// Tells a client that it may spare itself the rest of a request that is answered (RFC 9113 section 8.1).
    func stopRequest(_ context: ChannelHandlerContext) {
        guard progress.isReceiving else { return }
        context.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
    }

    /// Writes a body so that it shows how much of it the client has taken, which a stream does not say otherwise.
    func writeInPieces(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        var rest = bytes
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(rest.readableBytes, 64 << 10)) {
            let isLast = rest.readableBytes == 0
            let written = isLast ? promise ?? context.eventLoop.makePromise() : context.eventLoop.makePromise()
            let loopBound = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in loopBound.value.taken += piece.readableBytes }
            context.write(wrapOutboundOut(.body(piece)), promise: written)
        }
        if bytes.readableBytes == 0 { promise?.succeed() }
    }
}
