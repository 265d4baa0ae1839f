/// How many connections a client keeps, and for how long. Values out of range are brought into it.
public struct DynamoDBPoolSettings: Sendable, Equatable {
    /// Connections kept open without work, 0…`max`, while ``DynamoDBClient/keepWarm()`` runs.
    public var min: Int
    /// Connections in use at most, at least 1.
    public var max: Int
    /// How long a caller waits for a connection.
    public var acquireTimeout: Duration
    /// After how long without work a connection is closed.
    public var idleTimeout: Duration
    /// After how long connections are replaced, give or take a tenth so that not all processes do it at once.
    public var maxLifetime: Duration
    /// How many callers may wait at a time; the next is refused at once.
    public var maxWaiting: Int

    /// Takes the settings.
    public init(
        min: Int = 0, max: Int = 8, acquireTimeout: Duration = .seconds(3), idleTimeout: Duration = .seconds(600),
        maxLifetime: Duration = .seconds(1800), maxWaiting: Int = 1000
    ) {
        self.max = Swift.max(1, max)
        self.min = Swift.min(Swift.max(0, min), self.max)
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.maxLifetime = maxLifetime
        self.maxWaiting = Swift.max(1, maxWaiting)
    }
}
