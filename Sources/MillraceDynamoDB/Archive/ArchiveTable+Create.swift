import MillraceDomain

extension ArchiveTable {
    /// Creates the table, its indexes and its time to live; an existing table is left as it is.
    func create() async throws(DynamoDBError) {
        do {
            _ = try await client.call("CreateTable", creation)
        } catch {
            guard error.kind == .inUse else { throw error }
            return try await waitUntilActive()
        }
        try await waitUntilActive()
        _ = try await client.call("UpdateTimeToLive", expiry)
    }

    /// Half a minute at most; a new table is usable after some seconds.
    private func waitUntilActive() async throws(DynamoDBError) {
        let request = document { $0.member("TableName") { $0.value(name) } }
        for attempt in 1...60 {
            let table = try await client.call("DescribeTable", request).member("Table")
            if table?.member("TableStatus")?.string == "ACTIVE" { return }
            try await client.pause(after: min(attempt, 4))
        }
        throw DynamoDBError(.unavailable, "table \(name) does not become active")
    }

    private var creation: [UInt8] {
        document { json in
            json.member("TableName") { $0.value(name) }
            json.member("BillingMode") { $0.value("PAY_PER_REQUEST") }
            json.member("AttributeDefinitions") { json in
                json.array(["pk", "sk", "owner", "owner_state", "created"]) { json, attribute in
                    json.object { json in
                        json.member("AttributeName") { $0.value(attribute) }
                        json.member("AttributeType") { $0.value("S") }
                    }
                }
            }
            json.member("KeySchema") { Self.writeKey([("pk", "HASH"), ("sk", "RANGE")], to: &$0) }
            json.member("GlobalSecondaryIndexes") { json in
                json.array([ArchiveQuery.Index.byOwner, .byOwnerState]) { Self.writeIndex($1, to: &$0) }
            }
        }
    }

    private static func writeIndex(_ index: ArchiveQuery.Index, to json: inout JSONWriter) {
        json.object { json in
            json.member("IndexName") { $0.value(index.rawValue) }
            json.member("KeySchema") { writeKey([(index.partition, "HASH"), ("created", "RANGE")], to: &$0) }
            json.member("Projection") { json in
                json.object { json in
                    json.member("ProjectionType") { $0.value("INCLUDE") }
                    json.member("NonKeyAttributes") { json in
                        json.array(index.projected) { $0.value($1) }
                    }
                }
            }
        }
    }

    private static func writeKey(_ parts: [(name: String, type: String)], to json: inout JSONWriter) {
        json.array(parts) { json, part in
            json.object { json in
                json.member("AttributeName") { $0.value(part.name) }
                json.member("KeyType") { $0.value(part.type) }
            }
        }
    }

    private var expiry: [UInt8] {
        document { json in
            json.member("TableName") { $0.value(name) }
            json.member("TimeToLiveSpecification") { json in
                json.object { json in
                    json.member("AttributeName") { $0.value("ttl") }
                    json.member("Enabled") { $0.value(true) }
                }
            }
        }
    }
}
