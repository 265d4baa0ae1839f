import NIOCore
import NIOHTTP2

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keeps a connection of HTTP/2 within its limits: what no single stream can see, each of which has its own guard.
///
/// A connection without a stream ends after the idle time, one whose client takes nothing at all after that of a write,
/// one that breaks the protocol at once. It ends orderly where that is possible (RFC 9113 section 6.8): the client is
/// told to begin nothing more, is told again once it has surely heard, and what is under way may go on; and in time
/// where the client says nothing.
final class StreamsGuard: ChannelInboundHandler, NIOHTTP2FrameDelegate {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let limits: ConnectionLimits
    private let refusals: Refusals
    private let connections: OpenConnections
    private let meter: WrittenBytes
    private var context: ChannelHandlerContext?
    private var check: Scheduled<Void>?
    private var openStreams = 0
    private var latest = HTTP2StreamID.rootStream
    /// Since when there is no stream.
    private var since = NIODeadline.now()
    private var patience = ReadingPatience(now: .now())
    /// When the connection is closed whatever is under way; set once it has been announced that it ends.
    private var end: NIODeadline?
    /// The client has been told which stream was the last.
    private var hasToldLast = false
    /// Comes back when the client has heard that it is to begin nothing more.
    private let echo = HTTP2PingData(withInteger: .random(in: .min ... .max))

    /// Makes a guard for one connection.
    init(limits: ConnectionLimits, refusals: Refusals, connections: OpenConnections, meter: WrittenBytes) {
        self.limits = limits
        self.refusals = refusals
        self.connections = connections
        self.meter = meter
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        check?.cancel()
        check = nil
    }

    // MARK: Streams

    /// One more is open.
    func streamOpened(_ id: HTTP2StreamID) {
        openStreams += 1
        latest = max(latest, id)
    }

    /// One has ended.
    func streamClosed() {
        openStreams -= 1
        guard openStreams == 0, let context else { return }
        since = .now()
        if hasToldLast {
            closeSoon(context)
        } else if let end {
            self.end = min(end, since + TimeAmount(limits.linger))
            scheduleCheck(context)
        }
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ping(echo, ack: true) = unwrapInboundIn(data).payload, end != nil { tellLast(context) }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { leave(context) }
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Those of the protocol are a stream's own affair, or the end of the connection, which is announced.
        if !(error is any NIOHTTP2Error) { context.close(promise: nil) }
    }

    /// Sees what the protocol's own code tells the client: why the connection ends, where it has broken a rule.
    func wroteFrame(_ frame: HTTP2Frame) {
        guard case .goAway(_, let code, _) = frame.payload, code != .noError, let context else { return }
        if openStreams > 0 { refusals.noteDrop() }
        closeSoon(context)
    }

    // MARK: The end

    /// Lets the client begin nothing more.
    private func leave(_ context: ChannelHandlerContext) {
        guard end == nil else { return }
        end = .now() + TimeAmount(openStreams > 0 ? limits.drain : limits.linger)
        // It may have begun something that we have not heard of yet, so no stream is excluded until it has heard of this.
        write(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil), context)
        write(.ping(echo, ack: false), context)
        context.flush()
        scheduleCheck(context)
    }

    private func tellLast(_ context: ChannelHandlerContext) {
        guard !hasToldLast else { return }
        hasToldLast = true
        write(.goAway(lastStreamID: latest, errorCode: .noError, opaqueData: nil), context)
        context.flush()
        if openStreams == 0 { closeSoon(context) }
    }

    private func write(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }

    /// Closes once what is being written has been handed to the socket: a stream's end is told before its last frame is.
    private func closeSoon(_ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { loopBound.value.close(promise: nil) }
    }

    private func drop(_ context: ChannelHandlerContext) {
        if openStreams > 0 { refusals.noteDrop() }
        context.close(promise: nil)
    }

    // MARK: The check

    private func checkLimits(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        patience.look(now: now, taken: meter.count - buffered, isWaiting: buffered > 0, rate: limits.readRate)
        if let end, now >= end { return drop(context) }
        let write = connections.isHeavy ? min(limits.heavy, limits.write) : limits.write
        if buffered > 0, TimeAmount(patience.spent) >= limits.silently(write) {
            // The system would keep the rest for minutes; what cannot be set costs memory for a while.
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            return drop(context)
        }
        let idle = connections.isCrowded ? min(limits.crowded, limits.idle) : limits.idle
        if openStreams == 0, now >= since + limits.silently(idle) { leave(context) }
        scheduleCheck(context)
    }

    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        var pause = TimeAmount(limits.checkInterval)
        if let end { pause = max(min(pause, end - .now()), .zero) }
        check?.cancel()
        check = context.eventLoop.scheduleTask(in: pause) {
            let (guardian, context) = loopBound.value
            guardian.checkLimits(context)
        }
    }
}
