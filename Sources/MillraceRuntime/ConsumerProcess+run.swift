import Logging
import MillraceConfiguration
import MillraceDomain
import MillraceKafka
import MillracePostgres
import MillraceTelemetry
import MillraceWorker
import ServiceLifecycle
import UnixSignals

extension ConsumerProcess {
    /// Opens everything, works, drains, closes everything.
    static func run(_ boot: ProcessBoot, _ handlers: EmbeddedHandlers) async throws {
        let parts = try ConsumerParts(boot)
        let worker = WorkerService(parts: parts, settings: boot.settings, handlers: handlers, logger: boot.logger)
        let housekeeping = HousekeepingParts(parts, boot.settings, logger: boot.logger)
        let admin = AdminServer(
            boot.settings.admin.serverSettings, metrics: boot.metrics, health: parts.health,
            collector: MetricsCollector { await housekeeping.gauges.refresh() }, logger: boot.logger)
        // In order of dependency: a stop goes through them backwards.
        let services: [any Service] = [
            parts.postgres, parts.housekeepingPostgres, parts.leasePostgres, parts.transactionPostgres, parts.archive,
            admin, parts.closing, housekeeping.service, worker,
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: boot.logger.quiet)
        configuration.maximumGracefulShutdownDuration = boot.settings.worker.drain + .seconds(4)
        configuration.maximumCancellationDuration = .seconds(1)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch  where parts.health.isDraining {
            // What was cut off had its time; its leases run out and others take its work over.
            boot.logger.warning("stopped with something cut off", metadata: ["error.message": "\(error)"])
        }
    }
}

extension Logger {
    /// The same logger for libraries that tell more than an operator wants to know.
    fileprivate var quiet: Logger {
        var quiet = self
        quiet.logLevel = max(logLevel, .notice)
        return quiet
    }
}
