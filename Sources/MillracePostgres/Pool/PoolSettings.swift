/// How many connections a client keeps, and for how long. Values out of range are brought into it.
public struct PoolSettings: Sendable, Equatable {
    /// Connections kept open even when idle, 0…`max`.
    public var min: Int
    /// Connections open at most, at least 1.
    public var max: Int
    /// How long a caller waits for a connection.
    public var acquireTimeout: Duration
    /// After how long without work a connection beyond `min` is closed.
    public var idleTimeout: Duration
    /// After how long a connection is replaced, give or take a tenth so that they do not all go at once.
    public var maxLifetime: Duration
    /// How many callers may wait at a time; the next is refused at once.
    public var maxWaiting: Int

    public init(
        min: Int = 2, max: Int = 10, acquireTimeout: Duration = .seconds(3), idleTimeout: Duration = .seconds(600),
        maxLifetime: Duration = .seconds(1800), maxWaiting: Int = 10_000
    ) {
        self.max = Swift.max(1, max)
        self.min = Swift.min(Swift.max(0, min), self.max)
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.maxLifetime = maxLifetime
        self.maxWaiting = Swift.max(1, maxWaiting)
    }
}
