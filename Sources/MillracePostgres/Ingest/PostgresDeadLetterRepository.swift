public import MillraceDomain

/// Dead jobs and dead records in Postgres, as one list.
public struct PostgresDeadLetterRepository: DeadLetterRepository {
    private let client: PostgresClient

    public init(client: PostgresClient) {
        self.client = client
    }

    public func list(owner: UserID?, page: PageRequest) async throws(DomainError) -> Page<DeadLetter> {
        try await client.inDomain(.read) {
            let jobs = try await client.rows(IngestStatements.deadJobs) {
                $0.append(owner)
                $0.append(page: page)
            }
            var letters = jobs.map { DeadLetter.job($0) }
            if owner == nil {
                letters += try await client.rows(IngestStatements.deadRecords) { $0.append(page: page) }
                    .map { .record($0) }
            }
            letters.sort { ($0.position.createdAt, $0.position.id) > ($1.position.createdAt, $1.position.id) }
            return page.page(of: letters, at: \.position)
        }
    }
}
