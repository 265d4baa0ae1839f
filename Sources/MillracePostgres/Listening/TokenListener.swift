public import Logging
public import MillraceDomain
public import ServiceLifecycle
import Synchronization

/// Hears of every change of a token, whoever makes it, and proves that it does.
///
/// On a connection and a thread of its own, past every pool. While somebody is interested a proof is asked for at every
/// interval; a process without requests sends nothing. However the connection ends, freezes or is cut, proofs end with
/// it, and that is all that whoever remembers tokens has to look at.
public final class TokenListener: Service {
    private let loop: TokenListenerLoop
    private let hasEnded = Atomic(false)

    /// Takes whom to tell. Nothing is opened before ``run()``.
    ///
    /// - Parameters:
    ///   - settings: where the tokens are; of the pool nothing is used.
    ///   - interval: between two proofs.
    ///   - isAwaited: asked at every interval, on the listener's thread: whether a proof is wanted.
    ///   - hear: called on the listener's thread, in order; must be quick.
    /// - Throws: ``PostgresError`` when the process has no file descriptor left.
    public init(
        settings: PostgresSettings, interval: Duration = .milliseconds(500), logger: Logger,
        isAwaited: @escaping @Sendable () -> Bool, hear: @escaping @Sendable (TokenNews) -> Void
    ) throws {
        var settings = settings
        settings.applicationName += " tokens"
        loop = TokenListenerLoop(
            settings: settings, interval: interval, stop: try StopSignal(), isAwaited: isAwaited, hear: hear,
            logger: logger)
    }

    /// Listens until graceful shutdown or cancellation.
    public func run() async throws {
        try OwnThread.start { [self] in
            loop.run()
            hasEnded.store(true, ordering: .releasing)
        }
        // Cancellation ends it just as a graceful shutdown does.
        try? await gracefulShutdown()
        loop.stop.give()
        // The system's resolver cannot be woken: a thread that waits for it ends by itself.
        let limit = ContinuousClock.now + .seconds(2)
        while !hasEnded.load(ordering: .acquiring), .now < limit, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
