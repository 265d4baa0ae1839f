import Logging
import MillraceConfiguration
import MillraceDomain
import MillraceKafka
import MillracePostgres
import MillraceTelemetry
import MillraceWorker
import ServiceLifecycle

/// What a consumer opens at its start.
struct ConsumerParts: Sendable {
    let postgres: PostgresClient
    /// Connections of its own for what works in batches, so that no claim waits behind one.
    let housekeepingPostgres: PostgresClient
    /// One that nothing but the renewal of leases uses, so that nothing delays it.
    let leasePostgres: PostgresClient
    /// Connections that handlers hold for as long as their transactions last.
    let transactionPostgres: PostgresClient
    let quarantine: QuarantineCount
    let kafka: KafkaAdmin
    let producer: KafkaProducer
    let archive: OpenArchive
    let group = GroupMembership()
    let health: HealthChecks

    init(_ boot: ProcessBoot) throws {
        let kafkaSettings = boot.settings.kafka.adapterSettings
        let postgres = try PostgresClient(settings: boot.settings.postgres.adapterSettings, logger: boot.logger)
        let kafka = try KafkaAdmin(settings: kafkaSettings, logger: boot.logger)
        self.postgres = postgres
        housekeepingPostgres = try PostgresClient(
            settings: boot.settings.postgres.housekeepingSettings, logger: boot.logger)
        leasePostgres = try PostgresClient(settings: boot.settings.leasePostgresSettings, logger: boot.logger)
        transactionPostgres = try PostgresClient(
            settings: boot.settings.transactionPostgresSettings, logger: boot.logger)
        // With more than a quarter of its slots gone a consumer needs somebody to look at it.
        let quarantine = QuarantineCount(limit: boot.settings.worker.concurrency / 4)
        self.quarantine = quarantine
        self.kafka = kafka
        producer = try KafkaProducer(settings: kafkaSettings, logger: boot.logger)
        let archive = OpenArchive(
            boot.settings.archive, postgres: housekeepingPostgres, callTimeout: .seconds(10), logger: boot.logger)
        self.archive = archive
        let group = self.group
        health = HealthChecks(
            [
                HealthCheck("postgres", .critical) { try await postgres.ping() },
                HealthCheck("kafka", .optional) {
                    guard await kafka.isReachable(), group.isJoined else { throw KafkaNotReady() }
                },
                HealthCheck("handlers", .optional) { if quarantine.isOverLimit { throw HandlersStuck() } },
                HealthCheck("archive", .optional) { try await archive.probe() },
            ], logger: boot.logger)
    }

    /// Closes the Kafka clients once nobody needs them.
    var closing: some Service { KafkaClientsService(kafka: kafka, producer: producer) }
}

/// No broker answers, or the group has not taken this process in yet.
private struct KafkaNotReady: Error {}

/// Too many handlers ignore being stopped.
private struct HandlersStuck: Error {}
