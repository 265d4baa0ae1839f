import NIOCore

/// What is under way on a connection: pure bookkeeping, and the judgement whether it takes too long.
struct ConnectionProgress {
    /// What took too long.
    enum Fault {
        case end, idle, request, answer, write
    }

    /// Requests whose answer has not been handed over.
    private(set) var unanswered = 0
    /// Answers that have been handed over and have not reached the socket.
    var unflushed = 0
    /// Bytes of bodies handed over so far.
    var written = 0
    /// Whether the request under way is the last one.
    var isLast = false
    /// Whether a request has begun and is not complete.
    private(set) var isReceiving = false
    private var isAnswering = false
    private var wait = 0
    /// When the present phase began: idleness, a request, or the time until its answer.
    private var since: NIODeadline
    private var taken = 0
    private var takenAt: NIODeadline

    /// Begins with an idle connection.
    init(now: NIODeadline) {
        since = now
        takenAt = now
    }

    /// Whether a request or its answer is under way.
    var isBusy: Bool { unanswered > 0 || unflushed > 0 }

    /// Whether nothing but the request that is coming in is under way.
    var isAtFreshRequest: Bool { !isAnswering && (unanswered == 0 || unanswered == 1 && isReceiving) }

    /// Whether an answer would stand where the client expects the one to its latest request.
    var mayRefuse: Bool { !isAnswering && unanswered <= 1 }

    /// Whether the answer to a request is given before that has come in whole.
    var answersEarly: Bool { isReceiving && unanswered == 1 }

    /// A request begins, whose client is willing to wait for some seconds.
    mutating func headArrived(now: NIODeadline, wait seconds: Int) {
        unanswered += 1
        isReceiving = true
        if unanswered == 1 { (since, wait) = (now, seconds) }
    }

    /// A request is complete.
    mutating func requestArrived(now: NIODeadline) {
        isReceiving = false
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
        takenAt = now
    }

    /// An answer has reached the socket.
    mutating func answerFlushed(now: NIODeadline) {
        unflushed -= 1
        since = now
    }

    /// What takes too long by now.
    ///
    /// - Parameters:
    ///   - end: when everything must be over.
    ///   - buffered: how many bytes wait for the client to take them.
    mutating func fault(now: NIODeadline, end: NIODeadline?, buffered: Int, limits: ConnectionLimits) -> Fault? {
        if let end, now >= end { return .end }
        if buffered > 0 { return writeFault(now, buffered, limits) }
        takenAt = now
        if isReceiving { return now >= since + TimeAmount(limits.request) ? .request : nil }
        if unanswered > 0 {
            let limit = limits.answer + .seconds(wait)
            return !isAnswering && now >= since + TimeAmount(limit) ? .answer : nil
        }
        return now >= since + TimeAmount(limits.idle) ? .idle : nil
    }

    private mutating func writeFault(_ now: NIODeadline, _ buffered: Int, _ limits: ConnectionLimits) -> Fault? {
        if written - buffered != taken { (taken, takenAt) = (written - buffered, now) }
        return now >= takenAt + TimeAmount(limits.write) ? .write : nil
    }
}

extension ConnectionLimits {
    /// How often a connection is looked at: often enough to be late by a quarter of the shortest limit at most.
    var checkInterval: TimeAmount {
        let shortest = [idle, request, answer, write, linger, drain].min() ?? .seconds(1)
        return TimeAmount(min(max(shortest / 4, .milliseconds(10)), .seconds(1)))
    }
}
