/// How long a connection may take for what.
struct ConnectionLimits: Sendable {
    /// To stay open without a request.
    var idle: Duration = .seconds(60)
    /// For a request to arrive whole, counted from the end of its head.
    var request: Duration = .seconds(30)
    /// For an answer to begin, counted from the end of the request; what the client is willing to wait comes on top.
    var answer: Duration = .seconds(30)
    /// For a client to take none of an answer that is ready.
    var write: Duration = .seconds(30)
    /// For a client to read a refusal and stop sending, before the connection is closed under it.
    var linger: Duration = .seconds(2)
    /// For everything that is still under way when a stop was asked for.
    var drain: Duration = .seconds(20)
    /// Up to which declared length a client that asks (`Expect: 100-continue`) is told to go on.
    var maxBodyBytes = 16 << 20
}
