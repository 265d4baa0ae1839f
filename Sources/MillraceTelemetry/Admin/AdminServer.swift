import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// The port for machines that watch this process: `/metrics`, `/livez`, `/readyz` and `/health`.
///
/// It asks for no token, so it binds loopback unless configured.
public struct AdminServer: Service {
    private let settings: AdminServerSettings
    private let routes: AdminRoutes
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// Takes what the server shows.
    ///
    /// - Parameters:
    ///   - collector: Brings values up to date before `/metrics` shows them.
    ///   - onListening: Called once with the bound port, before the first request is served.
    public init(
        _ settings: AdminServerSettings,
        metrics: MetricsRegistry,
        health: HealthChecks,
        collector: MetricsCollector? = nil,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.settings = settings
        self.routes = AdminRoutes(metrics: metrics, health: health, collector: collector)
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown or cancellation, then ends within ``AdminServerSettings/shutdownLimit``.
    ///
    /// - Throws: When the address cannot be bound.
    public func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: application())], logger: Self.quiet(logger))
        configuration.maximumGracefulShutdownDuration = settings.shutdownLimit
        try await ServiceGroup(configuration: configuration).run()
    }

    private func application() -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder<BasicRequestContext> { [routes] request, _ in
                await routes.respond(method: request.method, path: request.uri.path)
            },
            server: .http1(configuration: .init(idleTimeout: TimeAmount(settings.idleTimeout))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: .maximum(settings.maxConnections, logger: logger)),
            onServerRunning: { [onListening] channel in
                await onListening(channel.localAddress?.port ?? 0)
            },
            logger: Self.quiet(logger))
    }

    /// The framework announces every start and stop; only its warnings are news here.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }
}
