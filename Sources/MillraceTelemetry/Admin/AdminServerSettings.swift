/// Where the admin port listens and what bounds it.
public struct AdminServerSettings: Sendable {
    /// The address to bind; loopback unless configured.
    public var host: String
    /// The port to bind; 0 lets the system choose one, reported to `onListening`.
    public var port: Int
    /// How many connections are served at once; more wait unaccepted.
    public var maxConnections: Int
    /// After how long a silent connection is closed.
    public var idleTimeout: Duration
    /// How long open requests may take once shutdown began; then their connections are closed.
    public var shutdownLimit: Duration

    /// Takes the settings.
    public init(
        host: String = "127.0.0.1",
        port: Int = 9090,
        maxConnections: Int = 64,
        idleTimeout: Duration = .seconds(15),
        shutdownLimit: Duration = .seconds(2)
    ) {
        self.host = host
        self.port = port
        self.maxConnections = maxConnections
        self.idleTimeout = idleTimeout
        self.shutdownLimit = shutdownLimit
    }
}
