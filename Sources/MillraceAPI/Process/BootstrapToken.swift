import Logging
import MillraceDomain
import ServiceLifecycle
import Synchronization

/// Gives a new installation its first administrator, as soon as its store can be reached.
///
/// Until then the process is not ready: whoever waits for readiness can use the token.
final class BootstrapToken: Service {
    private let secret: TokenSecret?
    private let install: InstallBootstrapToken
    private let logger: Logger
    private let isDone: Atomic<Bool>

    /// Makes the service; without a secret there is nothing to do.
    init(secret: TokenSecret?, users: any UserRepository, tokens: any TokenRepository, logger: Logger) {
        self.secret = secret
        self.install = InstallBootstrapToken(users: users, tokens: tokens, ids: UUIDv7Generator())
        self.logger = logger
        self.isDone = Atomic(secret == nil)
    }

    /// Passes once the token works.
    func requireDone() throws(DomainError) {
        guard isDone.load(ordering: .acquiring) else { throw .unavailable }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.installUntilDone() }
        // Cancellation ends the wait just as a graceful shutdown does.
        try? await gracefulShutdown()
    }

    private func installUntilDone() async {
        guard let secret else { return }
        let profile = UserProfile(
            email: EmailAddress(stored: "admin@millrace.internal"), name: UserName(stored: "Administrator"))
        var delay = Duration.milliseconds(250)
        while !Task.isCancelled {
            do {
                try await install(secret, profile: profile)
                isDone.store(true, ordering: .releasing)
                return
            } catch {
                logger.warning("bootstrap token not installed yet", metadata: ["error.message": "\(error)"])
            }
            // A cancelled sleep is the end of the loop.
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(5))
        }
    }
}
