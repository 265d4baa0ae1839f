import Logging
import Metrics
import MillraceDomain
import MillraceTelemetry

/// Everything that the API needs from outside: the ports, and what watches the process.
struct APIDependencies: Sendable {
    var users: any UserRepository
    var tokens: any TokenRepository
    var jobs: any JobRepository
    var archive: any JobArchive
    var queues: any QueueRepository
    var deadLetters: any DeadLetterRepository
    var erasures: any ErasureRepository
    var idempotency: any IdempotencyRecords
    var audit: any AuditLog
    var webhookEndpoints: any WebhookEndpointRepository
    var quotas: any QuotaRepository
    var dispatcher: any JobDispatcher
    /// Understands dead records that shall be replayed.
    var decoder: any RecordDecoder
    /// To whom jobs belong whose record names nobody.
    var ingestOwner: UserProfile
    var catalogue: HandlerCatalogue
    var ids: any IDGenerator
    /// The checks behind `/readyz`, shared with the admin port.
    var health: HealthChecks
    /// Where requests are counted and timed.
    var metrics: any MetricsFactory
    var logger: Logger
    /// The clock by which the limits on how often count.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// Who the API is to clients by TLS; nil where it is not reached so.
    var identity: TLSIdentity?
}
