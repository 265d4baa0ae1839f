import MillraceDomain

/// The operations on the archive's table, each in the protocol's documents.
struct ArchiveTable: Sendable {
    /// What one `BatchWriteItem` takes.
    static let maxBatchWrite = 25
    /// What one `BatchGetItem` takes.
    static let maxBatchGet = 100
    static let index = "by_owner"

    let name: String
    let client: DynamoDBClient

    /// The item of one job, as of now.
    func item(_ id: JobID) async throws(DynamoDBError) -> Item? {
        let request = document { json in
            json.member("TableName") { $0.value(name) }
            json.member("Key") { AttributeValue.write(["pk": ArchiveKey.partition(id)], to: &$0) }
            json.member("ConsistentRead") { $0.value(true) }
        }
        guard let item = try await client.call("GetItem", request).member("Item") else { return nil }
        return try AttributeValue.item(item)
    }

    /// An owner's newest keys after a place.
    func keys(
        owner: UserID, after: PagePosition?, limit: Int
    ) async throws(DynamoDBError) -> [ArchiveKey] {
        var keys: [ArchiveKey] = []
        var start: JSONText?
        // An answer holds at most 1 MB of keys, thousands; the loop is for the sake of the protocol.
        repeat {
            let request = query(owner: owner, after: after, limit: limit - keys.count, start: start)
            let answer = try await client.call("Query", request)
            for item in answer.member("Items")?.elements ?? [] {
                keys.append(try ArchiveKey(AttributeValue.item(item)))
            }
            start = answer.member("LastEvaluatedKey")
        } while start != nil && keys.count < limit
        return keys
    }

    /// Writes at most ``maxBatchWrite`` items, repeating what the table had no room for.
    func write(_ items: [Item]) async throws(DynamoDBError) {
        let requests = batch { json in
            json.array(items) { json, item in
                json.object { json in
                    json.member("PutRequest") { json in
                        json.object { $0.member("Item") { AttributeValue.write(item, to: &$0) } }
                    }
                }
            }
        }
        try await client.callUntilProcessed("BatchWriteItem", requests, rest: "UnprocessedItems") { _ in }
    }

    /// The items of these jobs, those that there are, in any order.
    func items(_ ids: [JobID]) async throws(DynamoDBError) -> [Item] {
        var items: [Item] = []
        for start in stride(from: 0, to: ids.count, by: Self.maxBatchGet) {
            let keys = Array(ids[start..<min(start + Self.maxBatchGet, ids.count)])
            try await client.callUntilProcessed("BatchGetItem", reading(keys), rest: "UnprocessedKeys") {
                answer throws(DynamoDBError) in
                for item in answer.member("Responses")?.member(name)?.elements ?? [] {
                    items.append(try AttributeValue.item(item))
                }
            }
        }
        return items
    }

    private func reading(_ ids: [JobID]) -> JSONText {
        batch { json in
            json.object { json in
                json.member("ConsistentRead") { $0.value(true) }
                json.member("Keys") { json in
                    json.array(ids) { AttributeValue.write(["pk": ArchiveKey.partition($1)], to: &$0) }
                }
            }
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

    private func query(owner: UserID, after: PagePosition?, limit: Int, start: JSONText?) -> [UInt8] {
        var values = [":owner": ArchiveKey.owner(owner)]
        values[":after"] = after.map { ArchiveKey.created($0.createdAt, $0.id) }
        let condition = "#owner = :owner" + (after == nil ? "" : " AND #created < :after")
        return document { json in
            json.member("TableName") { $0.value(name) }
            json.member("IndexName") { $0.value(Self.index) }
            json.member("KeyConditionExpression") { $0.value(condition) }
            json.member("ExpressionAttributeNames") { json in
                json.object { json in
                    json.member("#owner") { $0.value("owner") }
                    if after != nil { json.member("#created") { $0.value("created") } }
                }
            }
            json.member("ExpressionAttributeValues") { AttributeValue.write(values, to: &$0) }
            json.member("ScanIndexForward") { $0.value(false) }
            json.member("Limit") { $0.value(limit) }
            if let start { json.member("ExclusiveStartKey") { $0.value(start) } }
        }
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
