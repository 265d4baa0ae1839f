import MillraceDynamoDB

/// Where finished jobs go after their hot time.
public struct ArchiveSettings: Sendable, Equatable {
    /// The stores there are.
    public enum Store: String, Sendable, Equatable, CaseIterable {
        /// Tables of the same Postgres.
        case postgres
        /// A DynamoDB table.
        case dynamodb
        /// Nowhere: finished jobs stay where they are.
        case none
    }

    /// Which store (`archive.store`).
    public var store: Store
    /// The DynamoDB table (`archive.table`).
    public var table: String
    /// The AWS region (`archive.region`, also `AWS_REGION`).
    public var region: String
    /// An endpoint other than AWS' own, for tests and compatible stores (`archive.endpoint`).
    public var endpoint: String?

    init(reading values: inout SettingsReader) {
        store = values.choice("archive.store", default: .postgres)
        table = values.string("archive.table", default: "millrace-jobs")
        region = values.string("archive.region", default: "us-east-1")
        endpoint = values.optionalString("archive.endpoint", expected: "an http:// or https:// URL without a path") {
            url in
            DynamoDBEndpoint(url) != nil
        }
    }
}
