/// The pool at one moment, for metrics and tests.
public struct PoolSnapshot: Sendable, Equatable {
    /// Connections ready for work, whether idle or busy.
    public var ready = 0
    /// Connections being opened.
    public var connecting = 0
    /// Connections held by a transaction.
    public var leased = 0
    /// Statements sent and not answered.
    public var inFlight = 0
    /// Callers waiting for a connection.
    public var waiting = 0
}
