/// How to reach Postgres and how long to wait for it.
public struct PostgresSettings: Sendable, Equatable {
    /// A `postgres://` URL or a `keyword=value` string; every libpq keyword (`sslmode`, `target_session_attrs`, several
    /// hosts, …) and libpq's environment variables work. Secret: it may hold a password.
    public var url: String
    /// How many connections, and for how long.
    public var pool: PoolSettings
    /// The longest that opening one connection may take, TLS and authentication included.
    public var connectTimeout: Duration
    /// The longest that one statement may take. Past it its connection is closed and replaced.
    public var statementTimeout: Duration
    /// How long the server waits for the next statement of an open transaction before it undoes it: what a process that
    /// was frozen or cut off holds is free again after that.
    public var idleTransactionTimeout: Duration
    /// How long statements in flight may go on after the shutdown began.
    public var shutdownGrace: Duration
    /// What `pg_stat_activity` shows for our sessions.
    public var applicationName: String

    /// Settings with the defaults that suit one process of Millrace.
    public init(
        url: String, pool: PoolSettings = PoolSettings(), connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(10), idleTransactionTimeout: Duration = .seconds(3),
        shutdownGrace: Duration = .seconds(2), applicationName: String = "millrace"
    ) {
        self.url = url
        self.pool = pool
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.idleTransactionTimeout = idleTransactionTimeout
        self.shutdownGrace = shutdownGrace
        self.applicationName = applicationName
    }
}
