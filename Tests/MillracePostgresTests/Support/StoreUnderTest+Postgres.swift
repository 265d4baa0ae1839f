import MillraceDomain
import MillracePostgres
import TestKit

extension StoreUnderTest {
    /// The ports over one client.
    static func postgres(_ client: PostgresClient) -> StoreUnderTest {
        let clock = ManualClock()
        // Nothing is remembered: every batch is judged by what is committed.
        let gate = QuotaGate(defaults: Quota(), trust: .zero)
        return StoreUnderTest(
            clock: clock, users: PostgresUserRepository(client: client, clock: clock),
            tokens: PostgresTokenRepository(client: client, clock: clock),
            jobs: PostgresJobRepository(client: client, clock: clock, quotas: gate),
            leases: PostgresJobLeases(client: client, clock: clock),
            transactions: PostgresJobTransactions(client: client, store: client, clock: clock),
            queues: PostgresQueueRepository(client: client, clock: clock),
            ingest: PostgresIngestRepository(client: client, clock: clock, quotas: gate),
            deadLetters: PostgresDeadLetterRepository(client: client, clock: clock, quotas: gate),
            finished: PostgresFinishedJobs(client: client, clock: clock),
            erasures: PostgresErasureRepository(client: client, clock: clock),
            idempotency: PostgresIdempotencyRecords(client: client, clock: clock),
            counters: PostgresQueueCounters(client: client, clock: clock),
            housekeeping: PostgresHousekeepingLease(client: client, clock: clock),
            audit: PostgresAuditLog(client: client, clock: clock),
            webhookEndpoints: PostgresWebhookEndpointRepository(client: client, clock: clock),
            webhookDirectory: PostgresWebhookDirectory(client: client, clock: clock),
            quotas: PostgresQuotaRepository(client: client, clock: clock))
    }
}
