import Logging
import MillraceConfiguration
import MillraceDomain
import MillraceKafka
import MillracePostgres
import MillraceTelemetry
import ServiceLifecycle

/// The edge over the real stores: everything that the process opens, in the order in which it depends on it.
struct APIProcess: Sendable {
    private let boot: ProcessBoot
    private let postgres: PostgresClient
    private let producer: KafkaProducer
    private let kafka: KafkaAdmin
    private let archive: OpenArchive
    private let health: HealthChecks

    /// Opens nothing that waits: stores that cannot be reached make the process unready, not absent.
    init(_ boot: ProcessBoot) throws {
        let kafkaSettings = boot.settings.kafka.adapterSettings
        let postgres = try PostgresClient(settings: boot.settings.postgres.adapterSettings, logger: boot.logger)
        let kafka = try KafkaAdmin(settings: kafkaSettings, logger: boot.logger)
        self.boot = boot
        self.postgres = postgres
        self.kafka = kafka
        producer = try KafkaProducer(settings: kafkaSettings, logger: boot.logger)
        archive = OpenArchive(boot.settings.archive, postgres: postgres, logger: boot.logger)
        health = HealthChecks(
            [
                HealthCheck("postgres", .critical) { try await postgres.ping() },
                HealthCheck("kafka", .optional) {
                    guard await kafka.isReachable() else { throw BrokerUnreachable() }
                },
            ], logger: boot.logger)
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        let admin = AdminServer(
            boot.settings.admin.serverSettings, metrics: boot.metrics, health: health, logger: boot.logger)
        let bootstrap = BootstrapService(
            secret: boot.settings.bootstrapToken?.reveal(), users: PostgresUserRepository(client: postgres),
            tokens: PostgresTokenRepository(client: postgres), logger: boot.logger)
        let kafkaClients = KafkaClientsService(kafka: kafka, producer: producer)
        let logger = boot.logger
        try await API.build(dependencies, settings).run(
            others: [postgres, admin, kafkaClients, bootstrap]
        ) { port in
            logger.info("listening", metadata: ["http.port": "\(port)"])
        }
        try await archive.close()
    }

    private var dependencies: APIDependencies {
        APIDependencies(
            users: PostgresUserRepository(client: postgres), tokens: PostgresTokenRepository(client: postgres),
            jobs: PostgresJobRepository(client: postgres), archive: archive.archive,
            queues: PostgresQueueRepository(client: postgres),
            deadLetters: PostgresDeadLetterRepository(client: postgres),
            dispatcher: KafkaDispatcher(
                producer: producer, admin: kafka, settings: boot.settings.kafka.adapterSettings),
            catalogue: boot.settings.handlers, ids: UUIDv7Generator(), health: health, metrics: boot.metrics,
            logger: boot.logger)
    }

    private var settings: APISettings {
        let http = boot.settings.http
        var settings = APISettings()
        settings.host = http.host
        settings.port = http.port
        settings.maxConnections = http.maxConnections
        settings.connection.idle = http.idleTimeout
        settings.connection.request = http.requestTimeout
        settings.connection.drain = http.drain
        settings.connection.maxBodyBytes = max(http.maxBodyBytes, http.maxBulkBodyBytes)
        settings.limits.maxBodyBytes = http.maxBodyBytes
        settings.limits.maxBulkBodyBytes = http.maxBulkBodyBytes
        settings.limits.submission = SubmissionLimits(maxPayloadBytes: boot.settings.jobs.maxPayloadBytes)
        return settings
    }
}

/// No broker answers.
private struct BrokerUnreachable: Error {}
