import MillraceDomain

/// Brings a database's schema up to this release.
///
/// Each migration runs in a transaction of its own that also records its name, checksum and time in
/// `schema_migrations`. Two migrators at once wait for each other on an advisory lock.
public struct Migrator: Sendable {
    /// The longest that one migration may take, and that one lock may be waited for.
    public struct Limits: Sendable {
        /// One migration's time.
        public var migration: Duration = .seconds(3600)
        /// The wait for a lock: another migrator's, or a table's.
        public var lock: Duration = .seconds(60)

        public init() {}
    }

    private let settings: PostgresSettings
    private let migrations: [Migration]
    private let limits: Limits

    /// - Parameter migrations: every migration of this release, in any order.
    public init(settings: PostgresSettings, migrations: [Migration], limits: Limits = Limits()) {
        self.settings = settings
        self.migrations = migrations.sorted { $0.name < $1.name }
        self.limits = limits
    }

    /// Applies what is pending and returns the names of what was applied, in order.
    ///
    /// - Throws: ``MigrationError``, or ``PostgresError`` when the database cannot be reached.
    public func migrate() async throws -> [String] {
        try await onSession { session in
            try prepare(session)
            return try pending(applied(session)).map { migration in
                try apply(migration, session)
                return migration.name
            }
        }
    }

    /// How every migration stands. Changes nothing.
    ///
    /// - Throws: ``MigrationError`` when applied and known migrations do not fit, or ``PostgresError``.
    public func status() async throws -> [MigrationStatus] {
        try await onSession { session in
            let applied = try applied(session)
            _ = try pending(applied)
            let times = Dictionary(applied.map { ($0.name, $0.at) }) { first, _ in first }
            return migrations.map { migration in
                MigrationStatus(name: migration.name, state: times[migration.name].map { .applied(at: $0) } ?? .pending)
            }
        }
    }

    /// The names that ``migrate()`` would apply. Changes nothing.
    ///
    /// - Throws: as ``status()``.
    public func dryRun() async throws -> [String] {
        try await status().filter { $0.state == .pending }.map(\.name)
    }

    private typealias Applied = (name: String, checksum: String, at: String)

    private func onSession<Value: Sendable>(
        _ work: @escaping @Sendable (BlockingSession) throws -> Value
    ) async throws -> Value {
        let settings = settings
        return try await OwnThread.run { try work(BlockingSession(settings)) }
    }

    private func prepare(_ session: BlockingSession) throws {
        let lock = limits.lock.milliseconds
        // The key is "millrace" in ASCII. It is held until the session ends.
        try session.execute("SET lock_timeout = \(lock)", within: limits.lock)
        try session.execute("SELECT pg_advisory_lock(7883951579041850213)", within: limits.lock + .seconds(5))
        try session.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                name       text        NOT NULL,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                CONSTRAINT schema_migrations_pkey PRIMARY KEY (name)
            )
            """, within: limits.lock)
    }

    private func applied(_ session: BlockingSession) throws -> [Applied] {
        let exists = try session.execute("SELECT to_regclass('schema_migrations')::text", within: limits.lock)
        guard exists.first?.first != .some(nil) else { return [] }
        let rows = try session.execute(
            """
            SELECT name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            FROM schema_migrations
            ORDER BY name COLLATE "C"
            """, within: limits.lock)
        return rows.map { row in (row[0] ?? "", row[1] ?? "", row[2] ?? "") }
    }

    /// What is left to apply, once applied and known migrations are seen to agree.
    private func pending(_ applied: [Applied]) throws(MigrationError) -> [Migration] {
        for (first, second) in zip(migrations, migrations.dropFirst()) where first.name == second.name {
            throw .duplicate(name: first.name)
        }
        let known = Dictionary(migrations.map { ($0.name, $0) }) { first, _ in first }
        for entry in applied {
            guard let migration = known[entry.name] else { throw .unknown(name: entry.name) }
            guard migration.checksum == entry.checksum else { throw .changed(name: entry.name) }
        }
        let names = Set(applied.map(\.name))
        let pending = migrations.filter { !names.contains($0.name) }
        if let first = pending.first, let last = applied.last, first.name < last.name {
            throw .gap(name: first.name, before: last.name)
        }
        return pending
    }

    private func apply(_ migration: Migration, _ session: BlockingSession) throws {
        do {
            try session.execute("BEGIN", within: limits.lock)
            try session.execute(migration.sql, within: limits.migration)
            try session.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
                parameters: [migration.name, migration.checksum], within: limits.lock)
            try session.execute("COMMIT", within: limits.migration)
        } catch let error as PostgresError {
            throw MigrationError.failed(name: migration.name, error)
        }
    }
}
