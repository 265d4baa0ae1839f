import NIOCore

/// What is under way on a connection: pure bookkeeping, and the judgement whether it takes too long.
struct ConnectionProgress {
    /// What took too long.
    enum Fault {
        case end, idle, head, request, answer, write
    }

    /// How the connection stands apart from its own client.
    struct Surroundings {
        /// When everything must be over.
        var end: NIODeadline?
        /// How many bytes wait for the client to take them.
        var buffered = 0
        /// There are too many connections.
        var isCrowded = false
        /// Too much is kept for clients that do not take it.
        var isHeavy = false
    }

    /// Requests whose answer has not been handed over.
    private(set) var unanswered = 0
    /// Answers that have been handed over and have not reached the socket.
    var unflushed = 0
    /// Bytes of bodies handed over so far.
    var written = 0
    /// Whether the latest request is the last one.
    var isLast = false
    /// Whether a request's head has come and its end has not.
    private(set) var isReceiving = false
    /// Bytes of its body so far.
    private(set) var received = 0
    /// Bytes that have come since its head, whatever they are.
    private var arrived = 0
    private(set) var isAnswering = false
    private var wait = 0
    /// When the present phase began: idleness, or the time until an answer.
    private var since: NIODeadline
    /// When the first byte of the request came that is coming in.
    private var begunAt: NIODeadline?
    private var patience: ReadingPatience

    /// Begins with an idle connection.
    init(now: NIODeadline) {
        since = now
        patience = ReadingPatience(now: now)
    }

    /// Whether a request or its answer is under way.
    var isBusy: Bool { unanswered > 0 || unflushed > 0 }

    /// Whether nothing but the request that is coming in is under way.
    var isAtFreshRequest: Bool { !isAnswering && (unanswered == 0 || unanswered == 1 && isReceiving) }

    /// Whether an answer would stand where the client expects the one to its latest request.
    var mayRefuse: Bool { !isAnswering && unanswered <= 1 }

    /// Whether the answer to a request is given before that has come in whole.
    var answersEarly: Bool { isReceiving && unanswered == 1 }

    /// Whether the answer under way is the last one.
    var answersLast: Bool { isLast && unanswered <= 1 }

    /// How many bytes have come with a body that are none of it: sizes and extensions of chunks, trailers.
    var overhead: Int { isReceiving ? arrived - received : 0 }

    /// Something has come.
    mutating func bytesArrived(_ count: Int, now: NIODeadline) {
        arrived += count
        if begunAt == nil { begunAt = now }
    }

    /// A request begins, whose client is willing to wait for some seconds.
    mutating func headArrived(now: NIODeadline, wait seconds: Int) {
        unanswered += 1
        isReceiving = true
        (received, arrived) = (0, 0)
        if begunAt == nil { begunAt = now }
        if unanswered == 1 { (since, wait) = (now, seconds) }
    }

    /// A part of its body has come.
    mutating func bodyArrived(_ count: Int) {
        received += count
    }

    /// A request is complete.
    mutating func requestArrived(now: NIODeadline) {
        isReceiving = false
        begunAt = nil
        if unanswered <= 1 { since = now }
    }

    /// The head of an answer is on its way.
    mutating func answerBegan() {
        isAnswering = true
    }

    /// An answer has been handed over.
    mutating func answerEnded(now: NIODeadline) {
        isAnswering = false
        unanswered = max(unanswered - 1, 0)
        since = now
        // What the client sends ahead of an answer may have waited for us.
        if begunAt != nil { begunAt = now }
    }

    /// An answer has reached the socket.
    mutating func answerFlushed(now: NIODeadline) {
        unflushed -= 1
        since = now
    }

    /// What takes too long by now.
    mutating func fault(now: NIODeadline, _ around: Surroundings, limits: ConnectionLimits) -> Fault? {
        let isWaiting = around.buffered > 0
        patience.look(now: now, taken: written - around.buffered, isWaiting: isWaiting, rate: limits.readRate)
        if let end = around.end, now >= end { return .end }
        if isWaiting {
            let limit = around.isHeavy ? min(limits.heavy, limits.write) : limits.write
            return TimeAmount(patience.spent) >= limits.silently(limit) ? .write : nil
        }
        if isReceiving { return isTooSlow(now, limits) ? .request : nil }
        if unanswered > 0 {
            let limit = limits.telling(limits.answer) + .seconds(Int64(wait))
            return !isAnswering && now >= since + limit ? .answer : nil
        }
        if let begunAt { return now >= begunAt + limits.telling(limits.head) ? .head : nil }
        let idle = around.isCrowded ? min(limits.crowded, limits.idle) : limits.idle
        return now >= since + limits.silently(idle) ? .idle : nil
    }

    private func isTooSlow(_ now: NIODeadline, _ limits: ConnectionLimits) -> Bool {
        let elapsed = now - (begunAt ?? since)
        if elapsed >= limits.telling(limits.request) { return true }
        guard elapsed >= limits.telling(limits.head) else { return false }
        return Int64(received) * 1_000_000_000 / elapsed.nanoseconds < Int64(limits.bodyRate)
    }
}
