import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ConnectionGuard {
    /// Refuses the request that is coming in; where others before it have no answer yet, once they do.
    func fail(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard progress.isAtFreshRequest else {
            heldRefusal = heldRefusal ?? problem
            return
        }
        refuse(problem, context)
        // Whoever reads the body must learn that it is not complete, and the framework that nothing else comes.
        context.fireErrorCaught(HTTPParserError.invalidEOFState)
    }

    /// Answers with a problem in place of the framework, and ends the connection.
    func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        var (head, body) = refusals.response(to: problem)
        if isStream { head.headerFields[.connection] = nil }
        progress.answerBegan()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: watched(nil, context))
        progress.answerEnded(now: .now())
        isOver = true
        context.flush()
    }

    /// Closes the connection at that time, whatever is under way then.
    func finish(by deadline: NIODeadline, _ context: ChannelHandlerContext) {
        end = min(end ?? deadline, deadline)
        scheduleCheck(context)
    }

    /// Looks whether something takes too long, and again in a moment.
    func checkLimits(_ context: ChannelHandlerContext) {
        // A stream does not know it.
        let buffered =
            isStream
            ? progress.written - taken : try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        let around = ConnectionProgress.Surroundings(
            end: end, buffered: buffered ?? 0, isCrowded: connections.isCrowded, isHeavy: connections.isHeavy)
        switch progress.fault(now: .now(), around, limits: limits) {
        case nil:
            scheduleCheck(context)
        case .write:
            // Whoever takes nothing would make the system keep the rest for minutes.
            forget(context)
            drop(context)
        case .end, .idle:
            drop(context)
        case .head where !isOver, .request where progress.mayRefuse && !isOver:
            fail(Problem(.requestTimeout, "The request was not complete in time."), context)
        case .answer where progress.mayRefuse && !isOver:
            refuse(Problem(.unavailable, "It took too long.", headers: [.retryAfter: "1"]), context)
        case .head, .request, .answer:
            drop(context)
        }
    }

    /// Makes the system throw away what it keeps for the client when the connection is closed.
    private func forget(_ context: ChannelHandlerContext) {
        // What cannot be set costs memory for a while, and nothing else.
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }

    /// What to tell a client of an error; nil where there is nothing to tell.
    func problem(of error: any Error) -> Problem? {
        switch error {
        case let fault as RequestFault:
            return fault.problem
        case HTTPParserError.headerOverflow where line.length > limits.maxHeadBytes:
            return Problem(.targetTooLong, "Path and query are too long.")
        case HTTPParserError.headerOverflow:
            return Problem(.headersTooLarge, "The header fields are too long or too many.")
        case HTTPParserError.invalidEOFState:
            return Problem(.malformedRequest, "The request broke off.")
        case is HTTPParserError:
            return Problem(.malformedRequest, "This is not HTTP.")
        default:
            return nil
        }
    }

    /// Closes the connection now.
    func drop(_ context: ChannelHandlerContext) {
        if progress.isBusy { refusals.noteDrop() }
        // Whoever still reads a body must learn that it is not complete.
        if progress.isReceiving { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
        isOver = true
        context.close(mode: .all, promise: nil)
    }
}
