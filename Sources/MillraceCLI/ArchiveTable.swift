import Logging
import MillraceConfiguration
import MillraceDomain
import MillraceDynamoDB

/// The archive's DynamoDB table, where the configuration says it is.
enum ArchiveTable {
    /// Creates it unless it is there, and waits until it can be used.
    ///
    /// - Returns: its name.
    @discardableResult
    static func create(_ environment: [String: String]) async throws -> String {
        let settings = try Settings.load(for: .cli, arguments: [], environment: environment).archive
        let logger = Logger(label: "millrace")
        let credentials = CredentialsChain.standard(environment: environment, logger: logger)
        let client = DynamoDBClient(
            settings.clientSettings(environment: environment), credentials: credentials, logger: logger)
        let archive = DynamoDBJobArchive(settings.tableSettings, client: client, logger: logger)
        let failure: DomainError?
        do throws(DomainError) {
            try await archive.createTable()
            failure = nil
        } catch {
            failure = error
        }
        try await client.shutdown()
        await credentials.close()
        if let failure { throw CommandFailure("the table \(settings.table) cannot be created: \(failure)") }
        return settings.table
    }
}
