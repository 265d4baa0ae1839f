/// Every statement of this module, for the test that prepares each against the migrated schema.
enum StatementCatalog {
    static let all: [StatementText] =
        [
            TransactionStatements.begin, TransactionStatements.commit, TransactionStatements.rollback,
            TransactionStatements.ping,
        ]
}
