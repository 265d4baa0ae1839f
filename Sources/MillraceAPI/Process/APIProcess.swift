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
    private let tokens: RememberedTokens
    private let producer: KafkaProducer
    private let kafka: KafkaAdmin
    private let dispatcher: KafkaDispatcher
    private let quotas: QuotaGate
    private let archive: OpenArchive
    private let bootstrap: BootstrapToken
    private let health: HealthChecks
    private let identity: TLSIdentity?

    /// Opens nothing that waits: stores that cannot be reached make the process unready, not absent.
    ///
    /// - Throws: `ConfigurationError` when the certificate cannot be used.
    init(_ boot: ProcessBoot) throws {
        identity = try boot.settings.http.tls.map {
            try TLSIdentity(
                TLSFiles(certificate: $0.certificateFile, key: $0.keyFile), metrics: boot.metrics, logger: boot.logger)
        }
        let kafkaSettings = boot.settings.kafka.adapterSettings
        let postgres = try PostgresClient(settings: boot.settings.postgres.adapterSettings, logger: boot.logger)
        let kafka = try KafkaAdmin(settings: kafkaSettings, logger: boot.logger)
        self.boot = boot
        self.postgres = postgres
        tokens = try RememberedTokens(
            PostgresTokenRepository(client: postgres), boot.settings, factory: boot.metrics, logger: boot.logger)
        self.kafka = kafka
        let producer = try KafkaProducer(settings: kafkaSettings, logger: boot.logger)
        self.producer = producer
        quotas = QuotaGate(defaults: boot.settings.quotas.defaults)
        dispatcher = KafkaDispatcher(producer: producer, admin: kafka, settings: kafkaSettings)
        let archive = OpenArchive(
            boot.settings.archive, postgres: postgres, callTimeout: .seconds(4), logger: boot.logger)
        let bootstrap = BootstrapToken(
            secret: boot.settings.bootstrapToken.flatMap { TokenSecret(bearer: $0.reveal()) },
            users: PostgresUserRepository(client: postgres), tokens: PostgresTokenRepository(client: postgres),
            logger: boot.logger)
        self.archive = archive
        self.bootstrap = bootstrap
        health = HealthChecks(
            [
                HealthCheck("postgres", .critical) {
                    try await postgres.ping()
                    try bootstrap.requireDone()
                },
                HealthCheck("kafka", .optional) {
                    guard await kafka.isReachable() else { throw DomainError.unavailable }
                },
                HealthCheck("archive", .optional) { try await archive.probe() },
            ], logger: boot.logger)
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        let logger = boot.logger
        let admin = AdminServer(
            boot.settings.admin.serverSettings, metrics: boot.metrics, health: health, logger: logger)
        let kafkaClients = KafkaClientsService(kafka: kafka, producer: producer)
        dispatcher.prepare([.default])
        let api = API.build(dependencies, APISettings(boot.settings).fitting(openFiles: OpenFileLimit.raise(), logger))
        let listeners = [tokens.listener].compactMap(\.self)
        let note = ConfigurationNote(
            given: boot.settings.given, audit: PostgresAuditLog(client: postgres), logger: logger)
        try await api.run(others: [postgres, archive, admin, kafkaClients, bootstrap, note] + listeners)
        logger.notice("stopped")
    }

    private var dependencies: APIDependencies {
        let limits = SubmissionLimits(maxPayloadBytes: boot.settings.jobs.maxPayloadBytes)
        return APIDependencies(
            users: PostgresUserRepository(client: postgres), tokens: tokens.tokens,
            jobs: PostgresJobRepository(client: postgres, quotas: quotas), archive: archive.archive,
            queues: PostgresQueueRepository(client: postgres),
            deadLetters: PostgresDeadLetterRepository(client: postgres, quotas: quotas),
            erasures: PostgresErasureRepository(client: postgres),
            idempotency: PostgresIdempotencyRecords(client: postgres),
            audit: PostgresAuditLog(client: postgres),
            webhookEndpoints: PostgresWebhookEndpointRepository(client: postgres),
            quotas: PostgresQuotaRepository(client: postgres), dispatcher: dispatcher,
            decoder: KafkaRecordDecoder(settings: boot.settings.kafka.adapterSettings, limits: limits),
            ingestOwner: .ingestOwner(boot.settings.kafka.ingestOwner),
            catalogue: boot.settings.handlers, ids: UUIDv7Generator(), health: health, metrics: boot.metrics,
            logger: boot.logger, identity: identity)
    }
}

extension APISettings {
    /// What the configuration says of the edge.
    init(_ settings: Settings) {
        let http = settings.http
        self.init(
            host: http.host, port: http.port, maxConnections: http.maxConnections, maxUnsentBytes: http.maxUnsentBytes)
        connection.idle = http.idleTimeout
        connection.head = min(http.headerTimeout, http.requestTimeout)
        connection.request = http.requestTimeout
        connection.write = http.writeTimeout
        connection.readRate = http.minReadBytesPerSecond
        connection.answer = http.requestTimeout
        connection.drain = http.drain
        connection.maxBodyBytes = max(http.maxBodyBytes, http.maxBulkBodyBytes)
        origins = http.origins
        limits.answer = http.answerTimeout
        limits.maxInFlight = http.maxInFlight
        limits.maxBodyBytes = http.maxBodyBytes
        limits.maxBulkBodyBytes = http.maxBulkBodyBytes
        limits.quota = settings.quotas.defaults
        limits.allowsPlainWebhooks = !settings.webhooks.allowPrivateNetworks.isEmpty
        limits.submission = SubmissionLimits(maxPayloadBytes: settings.jobs.maxPayloadBytes)
        rates = RateLimits(
            tokens: Rate(http.rateLimit), failures: Rate(http.failedAuth), proxies: TrustedProxies(http.trustedProxies))
    }
}

extension Rate {
    /// What the configuration says of a rate; nil for none.
    fileprivate init?(_ settings: RateSettings) {
        guard settings.perSecond > 0 else { return nil }
        self.init(perSecond: settings.perSecond, burst: settings.burst)
    }
}
