import NIOCore
import NIOHTTP1

/// Refuses heads about which two readers could be of two minds, and says which request is a connection's last.
///
/// Stands right behind the decoder, where version and fields still are what was sent.
final class RequestFraming: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let rules: HeadRules
    private var isBroken = false

    /// Applies `rules`.
    init(rules: HeadRules) {
        self.rules = rules
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        do throws(RequestFault) {
            try rules.check(head)
        } catch {
            isBroken = true
            context.fireErrorCaught(error)
            return
        }
        // A client of HTTP/1.0 that asks for more than one request gets one; and nothing is understood after an offer
        // to change the protocol, which is not taken up.
        if head.version != .http1_1 || head.headers.contains(name: "upgrade") || !head.isKeepAlive {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        // Clients of HTTP/1.0 do not know it (RFC 9110 section 10.1.1).
        if head.version != .http1_1 { head.headers.remove(name: "expect") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
