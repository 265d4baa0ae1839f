import MillraceDomain

/// The operations on the archive's table, each in the protocol's documents.
struct ArchiveTable: Sendable {
    /// What one `BatchWriteItem` takes.
    static let maxBatchWrite = 25
    /// What one `BatchGetItem` takes.
    static let maxBatchGet = 100

    /// One item to be written or deleted.
    enum Change: Sendable {
        case put(Item)
        /// The item with this key, if there is one.
        case delete(Item)
    }

    /// A part of an index.
    struct EntryPage {
        let entries: [ArchiveEntry]
        /// How many entries were looked at, those that were passed over too.
        let looked: Int
        /// Where the rest begins; nil at the end.
        let end: JSONText?
    }

    let name: String
    let client: DynamoDBClient

    /// The latest generation of a job, as of now.
    func latest(_ id: JobID) async throws(DynamoDBError) -> Item? {
        let request = generations(id) { json in
            json.member("ScanIndexForward") { $0.value(false) }
            json.member("Limit") { $0.value(1) }
        }
        let items = try await client.call("Query", request).member("Items")?.elements
        guard let item = items?.first else { return nil }
        return try AttributeValue.item(item)
    }

    /// The keys of all generations of a job, as of now.
    func keys(_ id: JobID) async throws(DynamoDBError) -> [Item] {
        var keys: [Item] = []
        var start: JSONText?
        repeat {
            let request = generations(id) { json in
                json.member("ProjectionExpression") { $0.value("pk, sk") }
                if let start { json.member("ExclusiveStartKey") { $0.value(start) } }
            }
            let answer = try await client.call("Query", request)
            for item in answer.member("Items")?.elements ?? [] { keys.append(try AttributeValue.item(item)) }
            start = answer.member("LastEvaluatedKey")
        } while start != nil
        return keys
    }

    /// At most `limit` entries of an index.
    func entries(
        _ query: ArchiveQuery, limit: Int, start: JSONText? = nil
    ) async throws(DynamoDBError) -> EntryPage {
        let answer = try await client.call("Query", query.request(table: name, limit: limit, start: start))
        var entries: [ArchiveEntry] = []
        for item in answer.member("Items")?.elements ?? [] {
            entries.append(try ArchiveEntry(AttributeValue.item(item)))
        }
        let looked = answer.member("ScannedCount")?.integer.flatMap { Int(exactly: $0) } ?? entries.count
        return EntryPage(
            entries: entries.filter(query.contains), looked: looked, end: answer.member("LastEvaluatedKey"))
    }

    /// Makes at most ``maxBatchWrite`` changes to different items, repeating what the table had no room for.
    func apply(_ changes: [Change]) async throws(DynamoDBError) {
        let requests = batch { json in
            json.array(changes) { json, change in
                json.object { json in
                    switch change {
                    case .put(let item): Self.write(item, as: "Item", in: "PutRequest", to: &json)
                    case .delete(let key): Self.write(key, as: "Key", in: "DeleteRequest", to: &json)
                    }
                }
            }
        }
        try await client.callUntilProcessed("BatchWriteItem", requests, rest: "UnprocessedItems") { _ in }
    }

    /// At most ``maxBatchGet`` items, those that there are, in any order.
    func items(_ keys: [Item]) async throws(DynamoDBError) -> [Item] {
        guard !keys.isEmpty else { return [] }
        let requests = batch { json in
            json.object { json in
                json.member("ConsistentRead") { $0.value(true) }
                json.member("Keys") { json in json.array(keys) { AttributeValue.write($1, to: &$0) } }
            }
        }
        var items: [Item] = []
        try await client.callUntilProcessed("BatchGetItem", requests, rest: "UnprocessedKeys") {
            answer throws(DynamoDBError) in
            for item in answer.member("Responses")?.member(name)?.elements ?? [] {
                items.append(try AttributeValue.item(item))
            }
        }
        return items
    }

    /// A strongly consistent query of a job's partition.
    private func generations(_ id: JobID, _ rest: (inout JSONWriter) -> Void) -> [UInt8] {
        document { json in
            json.member("TableName") { $0.value(name) }
            json.member("KeyConditionExpression") { $0.value("pk = :job AND begins_with(sk, :generations)") }
            json.member("ExpressionAttributeValues") { json in
                AttributeValue.write(
                    [":job": ArchiveKey.partition(id), ":generations": .string("GEN#")], to: &json)
            }
            json.member("ConsistentRead") { $0.value(true) }
            rest(&json)
        }
    }

    private static func write(
        _ item: Item, as member: StaticString, in request: StaticString, to json: inout JSONWriter
    ) {
        json.member(request) { json in
            json.object { $0.member(member) { AttributeValue.write(item, to: &$0) } }
        }
    }

    /// `{"<table>": …}`, what the batch operations take and give back.
    private func batch(_ write: (inout JSONWriter) -> Void) -> JSONText {
        JSONText(
            stored: document { json in
                json.name(name)
                write(&json)
            })
    }
}

/// An object as bytes.
func document(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object(write)
    return json.bytes
}

extension JSONText {
    /// One member of an object; nil when there is none.
    func member(_ name: String) -> JSONText? {
        members?.first { $0.name == name }?.value
    }
}
