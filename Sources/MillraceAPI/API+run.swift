import Logging
import MillraceTelemetry
import ServiceLifecycle
import UnixSignals

extension API {
    /// Runs the edge, and `others` beneath it, until SIGTERM or SIGINT.
    ///
    /// Returns once everything has ended, also when a stop had to cut something off: what was cut off had its time.
    ///
    /// - Parameter others: what the edge needs running, in order of dependency; stopped after it.
    /// - Throws: when something cannot start, or ends by itself.
    func run(
        others: [any Service] = [], onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws {
        do {
            try await group(others: others, onListening: onListening).run()
        } catch  where health.isDraining {
            logger.warning("stopped with something cut off", metadata: ["error.message": "\(error)"])
        }
    }

    /// Everything that runs, with an end to every stop.
    func group(
        others: [any Service] = [], onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> ServiceGroup {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        var configuration = ServiceGroupConfiguration(
            services: (others + services(onListening: onListening)).map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = longestShutdown
        configuration.maximumCancellationDuration = .seconds(3)
        return ServiceGroup(configuration: configuration)
    }
}
