import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection within its limits, whatever its client does.
///
/// It stands between the HTTP decoder and the framework and bounds what the framework does not: a request that drips
/// in, an answer that does not begin, a client that does not read, a stop that somebody holds up. What cannot be
/// decoded is answered here as a problem too.
///
/// Lives on the connection's event loop, as every channel handler does.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    let limits: ConnectionLimits
    let refusals: Refusals
    let connections: OpenConnections
    /// It is one stream of an HTTP/2 connection, for one request.
    let isStream: Bool
    /// What is under way.
    var progress: ConnectionProgress
    /// No part goes in or out any more: the connection only waits for what is written to be taken, and for its end.
    var isOver = false
    /// Whether the answer under way has been announced as the last one.
    var endsWithAnswer = false
    /// When the connection is closed whatever is under way.
    var end: NIODeadline?
    /// What to refuse the latest request with, once those before it are answered.
    var heldRefusal: Problem?
    /// It was one too many when it came.
    private var isExtra: Bool
    /// The last request has come; whatever follows it means nothing.
    private var ignoresInput = false
    /// The client waits to be asked for the body of its request.
    private var awaitsContinue = false
    var line = RequestLine()
    /// How many bytes of bodies have gone to the client, where it is a stream.
    var taken = 0
    /// What was written of the answer under way.
    private var answerBytes = 0
    /// Somebody wants to close once what is written has gone out.
    private var closesWhenFlushed = false
    private var closePromises: [EventLoopPromise<Void>] = []
    private var check: Scheduled<Void>?
    private var isRemoved = false

    /// Makes a guard for one connection.
    ///
    /// - Parameters:
    ///   - isExtra: whether it is one too many.
    ///   - isStream: whether it is one stream of an HTTP/2 connection.
    init(
        limits: ConnectionLimits, refusals: Refusals, connections: OpenConnections, isExtra: Bool,
        isStream: Bool = false
    ) {
        self.isStream = isStream
        self.limits = limits
        self.refusals = refusals
        self.connections = connections
        self.isExtra = isExtra
        self.progress = ConnectionProgress(now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        isRemoved = true
        check?.cancel()
        check = nil
    }

    // MARK: What comes in

    /// Bytes have come that are not decoded yet.
    func bytesArrived(_ bytes: ByteBuffer) {
        // Some clients send an empty line after a body: that begins no request.
        let isBlank = !progress.isReceiving && bytes.readableBytesView.allSatisfy { $0 == 0x0A || $0 == 0x0D }
        guard !isOver, !isBlank else { return }
        progress.bytesArrived(bytes.readableBytes, now: .now())
        if !progress.isReceiving { line.add(bytes) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver, !ignoresInput else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard let head = admit(head, context) else { return }
            context.fireChannelRead(wrapInboundOut(.head(head)))
            return
        case .body(let bytes):
            progress.bodyArrived(bytes.readableBytes)
        case .end:
            progress.requestArrived(now: .now())
            line = RequestLine()
        }
        context.fireChannelRead(data)
    }

    /// The head of a request that is to be answered by the framework.
    private func admit(_ head: HTTPRequest, _ context: ChannelHandlerContext) -> HTTPRequest? {
        if progress.isLast, progress.unanswered > 0 {
            ignoresInput = true
            return nil
        }
        progress.headArrived(now: .now(), wait: Preferences(head.headerFields[.prefer]).wait ?? 0)
        awaitsContinue = head.headerFields[.expect]?.lowercased() == "100-continue"
        if head.headerFields[.connection] == "close" { progress.isLast = true }
        // There may be room by now.
        isExtra = isExtra && connections.isCrowded
        guard isExtra else { return checked(head, context) }
        progress.isLast = true
        // A probe must not take a full process for a dead one.
        if ["/livez", "/readyz", "/health"].contains(head.path) { return checked(head, context) }
        refuse(Problem(.unavailable, "There are too many connections.", headers: [.retryAfter: "1"]), context)
        return nil
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Extensions of chunks and the like are bounded by nobody else.
        if !isOver, progress.overhead > 2 * limits.maxHeadBytes + 8 * progress.received {
            fail(Problem(.malformedRequest, "There is too much around the body."), context)
        }
        // Nobody behind asks for more once nothing is passed on.
        if isOver { context.read() }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let problem = problem(of: error) else {
            // What follows on something that could not be decoded tells nobody anything.
            if !(error is ByteToMessageDecoderError) { context.fireErrorCaught(error) }
            return
        }
        let isAfterLast = progress.isLast && progress.unanswered > 0 && !progress.isReceiving
        if !isOver, !ignoresInput, !isAfterLast { fail(problem, context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            progress.isLast = true
            finish(by: .now() + TimeAmount(limits.drain), context)
        }
        context.fireUserInboundEventTriggered(event)
        if isOver, progress.unflushed == 0, event as? ChannelEvent == .inputClosed { drop(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        connections.letGo(answerBytes)
        answerBytes = 0
        settleClose()
        context.fireChannelInactive()
    }

    // MARK: What goes out

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is ReadyForBody else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        // Whoever has begun to send needs no invitation any more.
        if !isOver, awaitsContinue, progress.answersEarly, !progress.isAnswering, progress.received == 0 {
            awaitsContinue = false
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOver else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard head.status.kind != .informational else {
                context.write(data, promise: promise)
                return
            }
            progress.answerBegan()
            if isStream {
                // HTTP/2 has no such field (RFC 9113 section 8.2.2), and ends a connection in its own words.
                head.headerFields[.connection] = nil
            } else if progress.answersLast || progress.answersEarly {
                head.headerFields[.connection] = "close"
            }
            endsWithAnswer = isStream || head.headerFields[.connection] == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let bytes):
            progress.written += bytes.readableBytes
            answerBytes += bytes.readableBytes
            connections.keep(bytes.readableBytes)
            if isStream {
                writeInPieces(bytes, promise, context)
            } else {
                context.write(data, promise: promise)
            }
        case .end:
            context.write(data, promise: watched(promise, context))
            progress.answerEnded(now: .now())
            // From now on nothing goes in or out but what is written already.
            isOver = endsWithAnswer
            if let heldRefusal, !isOver, progress.isAtFreshRequest { fail(heldRefusal, context) }
        }
    }

    /// The framework closes as soon as it has handed an answer over, or its client sends no more; here the answer
    /// reaches the socket first, and a client that was refused gets its moment to read why.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, context.channel.isActive, progress.unflushed > 0 || isOver else {
            context.close(mode: mode, promise: promise)
            return
        }
        closesWhenFlushed = true
        if let promise { closePromises.append(promise) }
    }

    /// Notes when an answer has reached the socket, or will not any more.
    func watched(_ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let promise = promise ?? context.eventLoop.makePromise()
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let bytes = answerBytes
        answerBytes = 0
        progress.unflushed += 1
        promise.futureResult.whenComplete { _ in
            let (guardian, context) = loopBound.value
            guardian.connections.letGo(bytes)
            guardian.answerFlushed(context)
        }
        return promise
    }

    private func answerFlushed(_ context: ChannelHandlerContext) {
        progress.answerFlushed(now: .now())
        guard progress.unflushed == 0 else { return }
        if isOver {
            // The last answer is out, perhaps while the client still sends: to close now would reset the connection
            // and could take the answer along. So only our side is closed, and what still comes is thrown away for a
            // moment.
            finish(by: .now() + TimeAmount(limits.linger), context)
            if isStream { stopRequest(context) } else { context.close(mode: .output, promise: nil) }
        } else if closesWhenFlushed {
            context.close(mode: .all, promise: nil)
        }
    }

    private func settleClose() {
        for promise in closePromises { promise.succeed() }
        closePromises = []
    }

    // MARK: The check

    func scheduleCheck(_ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        var pause = TimeAmount(limits.checkInterval)
        if let end { pause = max(min(pause, end - .now()), .zero) }
        check?.cancel()
        guard !isRemoved else { return }
        check = context.eventLoop.scheduleTask(in: pause) {
            let (guardian, context) = loopBound.value
            guardian.checkLimits(context)
        }
    }
}
