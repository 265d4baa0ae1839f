import NIOCore

/// How long a connection may take for what.
///
/// Each of them says when a client that takes longer is gone: it is looked after, and told why, a little earlier.
struct ConnectionLimits: Sendable {
    /// To stay open without a request.
    var idle: Duration = .seconds(15)
    /// For the head of a request to arrive, counted from its first byte.
    var head: Duration = .seconds(10)
    /// For a request to arrive whole, counted from its first byte.
    var request: Duration = .seconds(30)
    /// How many bytes a second of a body must come on average, once the time of a head is over.
    var bodyRate = 256
    /// For an answer to begin, counted from the end of the request; what the client is willing to wait comes on top.
    var answer: Duration = .seconds(30)
    /// For a client to take none of an answer that is ready.
    var write: Duration = .seconds(30)
    /// How many bytes of an answer give a client another second of that time.
    var readRate = 16 << 10
    /// For a client to read a refusal and stop sending, before the connection is closed under it.
    var linger: Duration = .seconds(1)
    /// For everything that is still under way when a stop was asked for.
    var drain: Duration = .seconds(20)
    /// To stay open without a request while there are too many connections.
    var crowded: Duration = .seconds(1)
    /// To take none of an answer while too much is kept for clients that do not take it.
    var heavy: Duration = .seconds(2)
    /// The longest body of all; a longer one is refused by its declared length, whoever asks.
    var maxBodyBytes = 16 << 20
    /// How long the head of a request may be.
    var maxHeadBytes = 64 << 10
    /// How many fields it may have.
    var maxHeaderFields = 100
    /// How many requests may be under way at once on a connection of HTTP/2. A client that has not yet confirmed that is
    /// held to 100, whatever it is.
    var maxStreams = 100
}

extension ConnectionLimits {
    /// How often a connection is looked at: often enough to be late by a quarter of the shortest limit at most.
    var checkInterval: Duration {
        let shortest = [idle, head, request, answer, write].min() ?? .seconds(1)
        return min(max(shortest / 4, .milliseconds(10)), .seconds(1))
    }

    /// When to close a connection without a word, so that it is gone in time.
    func silently(_ limit: Duration) -> TimeAmount { TimeAmount(limit - min(checkInterval, limit / 2)) }

    /// When to tell a client why, so that it has read that and is gone in time.
    func telling(_ limit: Duration) -> TimeAmount { TimeAmount(limit - min(checkInterval + linger, limit / 2)) }
}
