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
    /// What is under way.
    var progress: ConnectionProgress
    /// No part goes in or out any more: the connection only waits for its end.
    var isOver = false
    /// Whether the answer under way has been announced as the last one.
    var endsWithAnswer = false
    /// When the connection is closed whatever is under way.
    var end: NIODeadline?
    /// Somebody wants to close once what is written has gone out.
    private var closesWhenFlushed = false
    private var closePromises: [EventLoopPromise<Void>] = []
    private var check: Scheduled<Void>?

    /// Makes a guard for one connection.
    init(limits: ConnectionLimits, refusals: Refusals) {
        self.limits = limits
        self.refusals = refusals
        self.progress = ConnectionProgress(now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            progress.headArrived(now: .now(), wait: Preferences(head.headerFields[.prefer]).wait ?? 0)
            encourage(head, context)
        case .body:
            break
        case .end:
            progress.requestArrived(now: .now())
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Nobody behind asks for more once nothing is passed on.
        if isOver { context.read() }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, !isOver, progress.isAtFreshRequest {
            let isOverflow = if case .headerOverflow = error { true } else { false }
            refuse(
                isOverflow
                    ? Problem(.headersTooLarge, "The header fields are too long or too many.")
                    : Problem(.malformedRequest, "This is not HTTP."),
                context)
        }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            progress.isLast = true
            finish(by: .now() + TimeAmount(limits.drain))
        }
        context.fireUserInboundEventTriggered(event)
        if isOver, progress.unflushed == 0, event as? ChannelEvent == .inputClosed { drop(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        settleClose()
        context.fireChannelInactive()
    }

    /// A client that asks before it sends a long body (RFC 9110 section 10.1.1) would wait for its own time limit.
    private func encourage(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue", progress.unanswered == 1,
            Int(head.headerFields[.contentLength] ?? "0") ?? .max <= limits.maxBodyBytes
        else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    // MARK: What goes out

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
            if progress.isLast || progress.answersEarly { head.headerFields[.connection] = "close" }
            endsWithAnswer = head.headerFields[.connection] == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let bytes):
            progress.written += bytes.readableBytes
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: watched(promise, context))
            progress.answerEnded(now: .now())
            if endsWithAnswer { linger() }
        }
    }

    /// The framework closes as soon as it has handed an answer over; here the answer reaches the socket first, and
    /// a client that was refused gets its moment to read why.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, context.channel.isActive, progress.unflushed > 0 || isOver else {
            context.close(mode: mode, promise: promise)
            return
        }
        closesWhenFlushed = true
        if let promise { closePromises.append(promise) }
    }

    private func watched(
        _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) -> EventLoopPromise<Void> {
        let promise = promise ?? context.eventLoop.makePromise()
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        progress.unflushed += 1
        promise.futureResult.whenComplete { _ in
            let (guardian, context) = loopBound.value
            guardian.answerFlushed(context)
        }
        return promise
    }

    private func answerFlushed(_ context: ChannelHandlerContext) {
        progress.answerFlushed(now: .now())
        guard progress.unflushed == 0 else { return }
        if isOver {
            context.close(mode: .output, promise: nil)
        } else if closesWhenFlushed {
            context.close(mode: .all, promise: nil)
        }
    }

    private func settleClose() {
        for promise in closePromises { promise.succeed() }
        closePromises = []
    }

    // MARK: The end

    /// Answers with a problem in place of the framework, and ends the connection.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let (head, body) = refusals.response(to: problem)
        progress.answerBegan()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: watched(nil, context))
        progress.answerEnded(now: .now())
        linger()
        context.flush()
    }

    /// The last answer is out, perhaps while the client still sends: to close now would reset the connection and could
    /// take the answer along. So only our side is closed, and what still comes is thrown away for a moment.
    private func linger() {
        isOver = true
        finish(by: .now() + TimeAmount(limits.linger))
    }

    private func finish(by deadline: NIODeadline) {
        end = min(end ?? deadline, deadline)
    }

    // MARK: The check

    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: limits.checkInterval) {
            let (guardian, context) = loopBound.value
            guardian.checkLimits(context)
        }
    }

    private func checkLimits(_ context: ChannelHandlerContext) {
        let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        switch progress.fault(now: .now(), end: end, buffered: buffered ?? 0, limits: limits) {
        case nil:
            scheduleCheck(context)
        case .end, .idle, .write:
            drop(context)
        case .request where progress.mayRefuse && !isOver:
            refuse(Problem(.requestTimeout, "The request was not complete in time."), context)
            context.fireErrorCaught(HTTPParserError.invalidEOFState)
            scheduleCheck(context)
        case .answer where progress.mayRefuse && !isOver:
            refuse(Problem(.unavailable, "It took too long.", headers: [.retryAfter: "1"]), context)
            scheduleCheck(context)
        case .request, .answer:
            drop(context)
        }
    }

    private func drop(_ context: ChannelHandlerContext) {
        if progress.isBusy, !isOver { refusals.noteDrop() }
        // Whoever still reads a body must learn that it is not complete.
        if progress.isReceiving { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
        isOver = true
        context.close(mode: .all, promise: nil)
    }
}
