/// Every statement of this module, for the test that prepares each against the migrated schema.
enum StatementCatalog {
    static let all: [StatementText] =
        TransactionStatements.all + UserStatements.all + ErasureStatements.all + TokenStatements.all
        + JobStatements.all + RestoreStatements.all + FinishedJobStatements.all + LeaseStatements.all
        + SweepStatements.all + OrderStatements.all + OrderUpkeepStatements.all + QueueStatements.all
        + QueueCountStatements.all + OwnerUsageStatements.all + QuotaStatements.all
        + IngestStatements.all + DeadLetterStatements.all + ReplayStatements.all
        + ArchiveStatements.all + ArchiveListStatements.all + HousekeepingStatements.all + UniqueStatements.all
        + IdempotencyStatements.all + TokenListenerStatements.all + AuditStatements.all + WebhookStatements.all
        + WebhookRouteStatements.all
}
