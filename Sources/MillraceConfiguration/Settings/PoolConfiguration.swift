/// How many connections a store keeps, and for how long.
public struct PoolConfiguration: Sendable, Equatable {
    /// Connections kept open even when idle (`….pool.min`).
    public var min: Int
    /// Connections open at most (`….pool.max`).
    public var max: Int
    /// How long a caller waits for a connection before it is refused (`….pool.acquireTimeoutMs`, 3 s).
    public var acquireTimeout: Duration
    /// How long an idle connection above `min` is kept (`….pool.idleTimeoutMs`, 10 min).
    public var idleTimeout: Duration
    /// How long a connection is used before it is replaced (`….pool.maxLifetimeMs`, 30 min).
    public var maxLifetime: Duration

    init(reading values: inout SettingsReader, below store: String, max fallback: Int) {
        let key = "\(store).pool"
        min = values.int("\(key).min", default: 1, in: 0...1000)
        max = values.int("\(key).max", default: fallback, in: 1...1000)
        acquireTimeout = values.milliseconds("\(key).acquireTimeoutMs", default: 3000, in: 10...600_000)
        idleTimeout = values.milliseconds("\(key).idleTimeoutMs", default: 600_000, in: 1000...86_400_000)
        maxLifetime = values.milliseconds("\(key).maxLifetimeMs", default: 1_800_000, in: 1000...86_400_000)
        if min > max {
            values.report("\(key).min", source: values.place(of: "\(key).min"), "is larger than \(key).max (\(max))")
        }
    }
}
