/// The pool at one moment, for metrics and tests.
public struct DynamoDBPoolSnapshot: Sendable, Equatable {
    /// Connections in use; after a resize downwards more than `max` for as long as their calls take.
    public var inUse = 0
    /// Callers waiting for a connection.
    public var waiting = 0
    /// Connections that may be in use.
    public var max = 0
}
