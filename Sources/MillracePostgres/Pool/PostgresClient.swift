public import Logging
public import ServiceLifecycle
import Synchronization

/// A pool of connections to one Postgres database.
///
/// One thread owns all connections and never blocks on them; callers are suspended tasks. The thread starts with the
/// first use and ends with ``run()`` at graceful shutdown, with ``close()``, or with the last reference.
public final class PostgresClient: Service, Sendable {
    let settings: PostgresSettings
    private let parameters: ConnectionParameters
    let logger: Logger
    private let inbox: PoolInbox
    private let ended = EndSignal()
    private let isStarted = Mutex(false)

    /// Makes a client without connecting.
    ///
    /// - Throws: ``PostgresError`` of kind `configuration` when libpq cannot read the connection string.
    public init(settings: PostgresSettings, logger: Logger) throws {
        self.settings = settings
        self.parameters = try ConnectionParameters(settings)
        self.logger = logger
        self.inbox = try PoolInbox()
    }

    deinit {
        // Refused only when the thread has ended already.
        _ = inbox.post(.shutdown(grace: .zero))
    }

    /// Keeps the pool open until graceful shutdown or cancellation, then closes it.
    ///
    /// Returns at most `shutdownGrace` after the shutdown began, whatever the server does.
    public func run() async throws {
        try start()
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // Cancellation ends the pool just as a graceful shutdown does.
        }
        await close()
    }

    /// Refuses new work, gives statements in flight `shutdownGrace` to end, and closes every connection.
    public func close() async {
        guard isStarted.withLock({ $0 }) else {
            _ = inbox.close()
            return
        }
        _ = inbox.post(.shutdown(grace: settings.shutdownGrace))
        await ended.wait()
    }

    /// Asks the server for an answer, for readiness.
    ///
    /// - Throws: ``PostgresError`` when there is none within 1.5 seconds, however it fails.
    public func ping() async throws {
        let limit = min(.milliseconds(1500), settings.statementTimeout)
        try await withDeadline(limit) {
            _ = try await self.run(TransactionStatements.ping, Parameters(), timeout: limit)
        }
    }

    /// Changes the pool's limits while it runs.
    public func resize(_ pool: PoolSettings) {
        // A pool that has ended has no size.
        _ = inbox.post(.resize(pool))
    }

    /// The pool at this moment.
    public func snapshot() async -> PoolSnapshot {
        await withCheckedContinuation { continuation in
            guard (try? start()) != nil, inbox.post(.snapshot(continuation)) else {
                return continuation.resume(returning: PoolSnapshot())
            }
        }
    }

    /// Hands a command to the pool's thread, starting it first when needed.
    func post(_ command: PoolCommand) throws(PostgresError) {
        try start()
        guard inbox.post(command) else { throw PostgresError(.closed, "The client has been shut down.") }
    }

    /// Tells the pool's thread something that nobody waits for.
    func notify(_ command: PoolCommand) {
        // A thread that has ended has answered everyone.
        _ = inbox.post(command)
    }

    private func start() throws(PostgresError) {
        try isStarted.withLock { isStarted throws(PostgresError) in
            guard !isStarted else { return }
            try OwnThread.start { [inbox, settings, parameters, logger, ended] in
                PoolLoop(inbox: inbox, settings: settings, parameters: parameters, logger: logger).run()
                ended.end()
            }
            isStarted = true
        }
    }
}
