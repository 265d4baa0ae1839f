/// Every statement of this module, for the test that prepares each against the migrated schema.
enum StatementCatalog {
    static let all: [StatementText] =
        TransactionStatements.all + UserStatements.all + TokenStatements.all + JobStatements.all + LeaseStatements.all
        + QueueStatements.all + IngestStatements.all + ArchiveStatements.all
}
