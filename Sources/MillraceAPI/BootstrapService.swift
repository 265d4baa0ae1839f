import Logging
import MillraceDomain
import ServiceLifecycle

/// Installs the bootstrap token as soon as Postgres can be reached, then stays idle until the end.
struct BootstrapService: Service {
    /// The configured token; nil for none.
    let secret: String?
    let users: any UserRepository
    let tokens: any TokenRepository
    let logger: Logger

    func run() async throws {
        try await install()
        // Cancellation ends the wait just as a graceful shutdown does.
        try? await gracefulShutdown()
    }

    private func install() async throws {
        guard let text = secret, let secret = TokenSecret(bearer: text) else { return }
        let installToken = InstallBootstrapToken(users: users, tokens: tokens, ids: UUIDv7Generator())
        let profile = UserProfile(
            email: try EmailAddress("admin@millrace.internal"), name: try UserName("Administrator"))
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                return try await installToken(secret, profile: profile)
            } catch {
                logger.warning("bootstrap token not installed yet", metadata: ["error.message": "\(error)"])
            }
            // Cancelled by the shutdown; then the loop ends.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
        }
    }
}
