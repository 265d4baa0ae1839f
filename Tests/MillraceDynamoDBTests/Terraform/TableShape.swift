import MillraceDomain

@testable import MillraceDynamoDB

/// What makes a table the archive's: its keys, indexes and expiry.
struct TableShape: Equatable {
    struct Index: Equatable {
        let key: [String]
        let projection: String
        let projected: Set<String>
    }

    var types: [String: String] = [:]
    var key: [String] = []
    var indexes: [String: Index] = [:]
    var expiry: String?

    /// The design, see `DynamoDBJobArchive`.
    static let archive = TableShape(
        types: ["pk": "S", "sk": "S", "owner": "S", "owner_state": "S", "created": "S"],
        key: ["pk HASH", "sk RANGE"],
        indexes: [
            "by_owner": Index(
                key: ["owner HASH", "created RANGE"], projection: "INCLUDE", projected: ["state", "queue", "kind"]),
            "by_owner_state": Index(
                key: ["owner_state HASH", "created RANGE"], projection: "INCLUDE", projected: ["queue", "kind"]),
        ],
        expiry: "ttl")
}

extension TableShape {
    /// Reads the shape of a table.
    init(of table: String, _ client: DynamoDBClient) async throws {
        let description = try await client.call("DescribeTable", name: table).member("Table")
        for attribute in description?.member("AttributeDefinitions")?.elements ?? [] {
            types[attribute.text(of: "AttributeName")] = attribute.text(of: "AttributeType")
        }
        key = description.map(Self.key) ?? []
        for index in description?.member("GlobalSecondaryIndexes")?.elements ?? [] {
            let projection = index.member("Projection")
            indexes[index.text(of: "IndexName")] = Index(
                key: Self.key(of: index), projection: projection?.text(of: "ProjectionType") ?? "",
                projected: Set(projection?.member("NonKeyAttributes")?.elements?.compactMap(\.string) ?? []))
        }
        let expiries = try await client.call("DescribeTimeToLive", name: table).member("TimeToLiveDescription")
        if expiries?.text(of: "TimeToLiveStatus") == "ENABLED" { expiry = expiries?.text(of: "AttributeName") }
    }

    private static func key(of described: JSONText) -> [String] {
        (described.member("KeySchema")?.elements ?? []).map {
            "\($0.text(of: "AttributeName")) \($0.text(of: "KeyType"))"
        }
    }
}

extension DynamoDBClient {
    /// Calls an operation that takes no more than a table's name.
    func call(_ operation: String, name table: String) async throws -> JSONText {
        try await call(operation, Array(#"{"TableName":"\#(table)"}"#.utf8))
    }
}

extension JSONText {
    /// A text member; empty when there is none.
    func text(of name: String) -> String { member(name)?.string ?? "" }
}
