import Foundation
import Logging
import MillraceDynamoDB

/// An archive in a table of its own.
struct TestArchive {
    let archive: DynamoDBJobArchive
    let table: String
    let client: DynamoDBClient
}

/// The real endpoint that tests are run against.
func testEndpoint() throws -> DynamoDBEndpoint {
    guard let url = ProcessInfo.processInfo.environment["TEST_DYNAMODB_ENDPOINT"],
        let endpoint = DynamoDBEndpoint(url)
    else { throw MissingEndpoint() }
    return endpoint
}

/// Runs `body` with an archive in a table of its own at `TEST_DYNAMODB_ENDPOINT`, and deletes the table.
func withArchive(_ body: (TestArchive) async throws -> Void) async throws {
    let settings = DynamoDBSettings(
        region: "eu-central-1", endpoint: try testEndpoint(), readTimeout: .seconds(60), callTimeout: .seconds(60))
    let table = "test-\(UUID().uuidString)"
    try await withArchive(settings, table) { test in
        let outcome: Result<Void, any Error>
        do {
            try await test.archive.createTable()
            outcome = .success(try await body(test))
        } catch {
            outcome = .failure(error)
        }
        _ = try? await test.client.call("DeleteTable", Array(#"{"TableName":"\#(table)"}"#.utf8))
        try outcome.get()
    }
}

/// Runs `body` with an archive over a client of its own.
func withArchive(
    _ settings: DynamoDBSettings, _ table: String, _ body: (TestArchive) async throws -> Void
) async throws {
    let client = DynamoDBClient(
        settings, credentials: AWSCredentials(accessKeyID: "test", secretAccessKey: "test"), logger: .quiet)
    let archive = DynamoDBJobArchive(DynamoDBArchiveSettings(table: table), client: client, logger: .quiet)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(TestArchive(archive: archive, table: table, client: client)))
    } catch {
        outcome = .failure(error)
    }
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
