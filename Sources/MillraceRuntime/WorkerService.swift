import Logging
import MillraceConfiguration
import MillraceDomain
import MillraceKafka
import MillracePostgres
import MillraceTelemetry
import MillraceWorker
import ServiceLifecycle

/// Runs the worker once Postgres can be reached, and turns the process unready when it drains.
struct WorkerService: Service {
    let parts: ConsumerParts
    let settings: Settings
    let handlers: EmbeddedHandlers
    let logger: Logger

    func run() async throws {
        let code = try handlers.code(
            HandlerSet.builtInTransactional(ids: UUIDv7Generator(), importDirectory: settings.usersImport.directory))
        try await withGracefulShutdownHandler {
            guard let owner = try await ingestOwner() else { return }
            // Before the group is joined, so that the first share of partitions has it already.
            await ensureTopic()
            let source = try KafkaRecordSource(settings: settings.kafka.adapterSettings, logger: logger)
            parts.group.follow(source)
            let handlers = handlerSet(code.plain, code.transactional)
            try await Worker(dependencies(source, owner, handlers), settings: workerSettings).run()
        } onGracefulShutdown: {
            parts.health.beginDraining()
        }
    }

    /// The user who owns the jobs of records that name nobody, made when there is none yet.
    ///
    /// - Returns: nil when a shutdown was asked for before Postgres could be reached.
    private func ingestOwner() async throws -> UserID? {
        let ensureUser = EnsureUser(users: PostgresUserRepository(client: parts.postgres), ids: UUIDv7Generator())
        let profile = UserProfile.ingestOwner(settings.kafka.ingestOwner)
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                return try await ensureUser(profile).id
            } catch {
                logger.warning("waiting for postgres", metadata: ["error.message": "\(error)"])
            }
            // Cancelled by the shutdown; then the loop ends.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
        }
        return nil
    }

    /// A first job should not wait for its topic to be found; without a broker it is made when one is back.
    private func ensureTopic() async {
        let topic = settings.kafka.adapterSettings.jobsTopic(queue: QueueName.default.text)
        do {
            try await parts.kafka.ensureTopics([topic], within: .seconds(5))
        } catch {
            logger.warning("topic not ensured", metadata: ["kafka.topic": "\(topic)", "error.message": "\(error)"])
        }
    }

    private func dependencies(
        _ source: any RecordSource, _ owner: UserID, _ handlers: HandlerSet
    ) -> WorkerDependencies {
        let kafka = settings.kafka.adapterSettings
        let limits = SubmissionLimits(maxPayloadBytes: settings.jobs.maxPayloadBytes)
        return WorkerDependencies(
            source: source,
            ingest: PostgresIngestRepository(
                client: parts.postgres, quotas: QuotaGate(defaults: settings.quotas.defaults)),
            decoder: KafkaRecordDecoder(settings: kafka, limits: limits), ingestOwner: owner,
            deadLetters: KafkaDeadLetterCopier(producer: parts.producer, admin: parts.kafka, settings: kafka),
            leases: PostgresJobLeases(client: parts.postgres, renewals: parts.leasePostgres),
            catalogue: settings.handlers, handlers: handlers,
            transactions: PostgresJobTransactions(client: parts.transactionPostgres, store: parts.postgres),
            quarantine: parts.quarantine, logger: logger)
    }

    private func handlerSet(
        _ plain: [JobKind: any JobHandler], _ transactional: [JobKind: any TransactionalJobHandler]
    ) -> HandlerSet {
        let networks = settings.webhooks.allowPrivateNetworks.compactMap { NetworkRange($0) }
        let webhooks = Webhooks(
            settings: MillraceWorker.WebhookSettings(allowPrivateNetworks: networks), logger: logger)
        return HandlerSet(
            swift: plain, transactional: transactional, webhooks: webhooks,
            endpoints: Endpoints(directory: PostgresWebhookDirectory(client: parts.postgres), logger: logger),
            commands: CommandSettings())
    }

    /// Granted twice after the drain, to handlers and to the last outcomes: within what the service group allows.
    private static let stopGrace = Duration.milliseconds(1500)

    private var workerSettings: MillraceWorker.WorkerSettings {
        MillraceWorker.WorkerSettings(
            consumerName: ProcessName.current, concurrency: settings.worker.concurrency,
            highWater: settings.worker.highWater, lease: settings.worker.lease, renewEvery: settings.worker.renew,
            sweepEvery: settings.worker.sweep, drain: settings.worker.drain, stopGrace: Self.stopGrace)
    }
}
