import Foundation
import Logging
import MillraceDynamoDB

/// Runs `body` with an archive in a table of its own at `TEST_DYNAMODB_ENDPOINT`, and deletes the table.
func withArchive(
    _ body: (_ archive: DynamoDBJobArchive, _ table: String, _ client: DynamoDBClient) async throws -> Void
) async throws {
    guard let url = ProcessInfo.processInfo.environment["TEST_DYNAMODB_ENDPOINT"],
        let endpoint = DynamoDBEndpoint(url)
    else { throw MissingEndpoint() }
    let client = DynamoDBClient(
        DynamoDBSettings(
            region: "eu-central-1", endpoint: endpoint, readTimeout: .seconds(60), callTimeout: .seconds(60)),
        credentials: AWSCredentials(accessKeyID: "test", secretAccessKey: "test"), logger: .quiet)
    let table = "test-\(UUID().uuidString)"
    let archive = DynamoDBJobArchive(DynamoDBArchiveSettings(table: table), client: client, logger: .quiet)
    let outcome: Result<Void, any Error>
    do {
        try await archive.createTable()
        try await body(archive, table, client)
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    _ = try? await client.call("DeleteTable", Array(#"{"TableName":"\#(table)"}"#.utf8))
    try await client.shutdown()
    try outcome.get()
}

struct MissingEndpoint: Error, CustomStringConvertible {
    var description: String {
        "TEST_DYNAMODB_ENDPOINT must be the URL of a DynamoDB endpoint for tests, such as a local moto_server."
    }
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
