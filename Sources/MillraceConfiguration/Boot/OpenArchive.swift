public import FoundationEssentials
public import Logging
public import MillraceDomain
import MillraceDynamoDB
public import MillracePostgres

/// The archive that the settings name, open.
public struct OpenArchive: Sendable {
    /// The archive itself.
    public let archive: any JobArchive
    private let client: DynamoDBClient?

    /// Opens the archive; connections come with its first use.
    public init(
        _ settings: ArchiveSettings, postgres: PostgresClient, logger: Logger,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        switch settings.store {
        case .dynamodb:
            let client = DynamoDBClient(
                settings.clientSettings, credentials: EnvironmentCredentials(environment), logger: logger)
            self.client = client
            archive = DynamoDBJobArchive(settings.tableSettings, client: client, logger: logger)
        case .postgres:
            client = nil
            archive = PostgresJobArchive(client: postgres)
        case .none:
            client = nil
            archive = NoArchive()
        }
    }

    /// Closes what was opened for it.
    public func close() async throws {
        try await client?.shutdown()
    }
}

/// Nowhere: finished jobs stay where they are.
private struct NoArchive: JobArchive {
    func put(_ jobs: [Job]) async throws(DomainError) { throw .unavailable }

    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? { nil }

    func list(owner: UserID, page: PageRequest) async throws(DomainError) -> Page<Job> {
        Page(items: [], next: nil)
    }
}
