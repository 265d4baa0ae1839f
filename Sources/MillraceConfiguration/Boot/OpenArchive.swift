public import FoundationEssentials
public import Logging
public import MillraceDomain
import MillraceDynamoDB
public import MillracePostgres
public import ServiceLifecycle

/// The archive that the settings name, open.
public struct OpenArchive: Service {
    /// The archive itself.
    public let archive: any JobArchive
    private let client: DynamoDBClient?
    private let credentials: CredentialsChain?
    private let logger: Logger

    /// Opens the archive; connections come with its first use.
    ///
    /// - Parameter callTimeout: how long a call of DynamoDB may take: a few seconds where somebody waits for it.
    public init(
        _ settings: ArchiveSettings, postgres: PostgresClient, callTimeout: Duration, logger: Logger,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.logger = logger
        switch settings.store {
        case .dynamodb:
            let credentials = CredentialsChain.standard(environment: environment, logger: logger)
            let client = DynamoDBClient(
                settings.clientSettings(environment: environment, callTimeout: callTimeout), credentials: credentials,
                logger: logger)
            (self.client, self.credentials) = (client, credentials)
            archive = DynamoDBJobArchive(settings.tableSettings, client: client, logger: logger)
        case .postgres:
            (client, credentials) = (nil, nil)
            archive = PostgresJobArchive(client: postgres)
        case .none:
            (client, credentials) = (nil, nil)
            archive = NoArchive()
        }
    }

    /// Throws when the archive does not answer.
    public func probe() async throws(DomainError) {
        // Nobody has this id: the answer is that there is an answer.
        _ = try await archive.find(JobID(UniqueID(high: 0, low: 0)), owner: nil)
    }

    /// Keeps the archive open until shutdown, then closes what was opened for it.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await client?.keepWarm() }
            // Cancellation ends the wait just as a graceful shutdown does.
            try? await gracefulShutdown()
            group.cancelAll()
        }
        do { try await client?.shutdown() } catch {
            // Nothing is lost with it: the process ends, and so do its connections.
            logger.warning("archive not closed", metadata: ["error.message": "\(error)"])
        }
        await credentials?.close()
    }
}

/// Nowhere: finished jobs stay where they are.
private struct NoArchive: JobArchive {
    var listingDelay: Duration { .zero }
    var sharesJobStore: Bool { false }

    func put(_ jobs: [ArchivedJob]) async throws(DomainError) { throw .unavailable }

    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? { nil }

    func list(owner: UserID, filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> {
        Page(items: [], next: nil)
    }

    func erase(owner: UserID) async throws(DomainError) -> Int { 0 }

    func erase(_ ids: [JobID]) async throws(DomainError) {}
}
