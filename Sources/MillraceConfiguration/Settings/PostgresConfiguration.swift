/// How to reach Postgres.
public struct PostgresConfiguration: Sendable, Equatable {
    /// A `postgres://` or `postgresql://` URL (`postgres.url`, also `DATABASE_URL`). It may hold a password.
    public var url: Secret
    /// The connections kept (`postgres.pool.*`).
    public var pool: PoolConfiguration
    /// How long one statement may take before its connection is given up (`postgres.statementTimeoutMs`, 4 s).
    public var statementTimeout: Duration

    init(reading values: inout SettingsReader) {
        let url = values.secret("postgres.url", expected: "a postgres:// URL") { url in
            url.hasPrefix("postgres://") || url.hasPrefix("postgresql://")
        }
        if url == nil, values.place(of: "postgres.url") == nil {
            values.report("postgres.url", source: nil, "is missing; set DATABASE_URL or POSTGRES_URL")
        }
        self.url = url ?? Secret("")
        pool = PoolConfiguration(reading: &values, below: "postgres", max: 8)
        statementTimeout = values.milliseconds("postgres.statementTimeoutMs", default: 4000, in: 10...3_600_000)
    }
}
