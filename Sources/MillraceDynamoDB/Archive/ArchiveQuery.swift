import MillraceDomain

/// What is asked of an index: an owner's entries, newest first, within bounds of their creation.
struct ArchiveQuery {
    /// The indexes there are.
    enum Index: String {
        case byOwner = "by_owner"
        /// Only the ends that are not success.
        case byOwnerState = "by_owner_state"

        var partition: String {
            switch self {
            case .byOwner: "owner"
            case .byOwnerState: "owner_state"
            }
        }

        /// What an entry says besides keys.
        var projected: [String] {
            switch self {
            case .byOwner: ["state", "queue", "kind"]
            case .byOwnerState: ["queue", "kind"]
            }
        }
    }

    let index: Index
    private let partition: AttributeValue
    private let low: String?
    /// Nothing from here on.
    private let high: String?
    /// What an entry must say, by attribute.
    private let equals: [String: String]

    /// All of an owner's entries.
    init(owner: UserID) {
        (index, partition, low, high, equals) = (.byOwner, ArchiveKey.owner(owner), nil, nil, [:])
    }

    /// The entries that can pass a filter; nil when none can.
    init?(owner: UserID, filter: JobFilter, after: PagePosition?) {
        if let state = filter.state, !state.isTerminal { return nil }
        if let rare = filter.state.flatMap({ ArchiveKey.ownerState(owner, $0) }) {
            (index, partition) = (.byOwnerState, rare)
        } else {
            (index, partition) = (.byOwner, ArchiveKey.owner(owner))
        }
        low = filter.createdAfter.map { ArchiveKey.instant($0) }
        high = [
            after.map { ArchiveKey.created($0.createdAt, $0.id) },
            filter.createdBefore.map { ArchiveKey.instant($0) },
        ].compactMap(\.self).min { Self.sorts($0, before: $1) }
        if let low, let high, !Self.sorts(low, before: high) { return nil }
        // All generations of a job are of one queue and kind, so that either all or none of them are passed over.
        equals = ["queue": filter.queue?.text, "kind": filter.kind?.text].compactMapValues(\.self)
    }

    /// Whether an entry that a query returned lies within the bounds; `BETWEEN` includes the upper one.
    func contains(_ entry: ArchiveEntry) -> Bool {
        high != ArchiveKey.created(entry.createdAt, entry.id.uniqueID)
    }

    /// The request for at most `limit` entries.
    func request(table: String, limit: Int, start: JSONText?) -> [UInt8] {
        var names = ["#partition": index.partition]
        if low != nil || high != nil { names["#created"] = "created" }
        for name in equals.keys { names["#\(name)"] = name }
        var values: Item = [":partition": partition]
        values[":low"] = low.map(AttributeValue.string)
        values[":high"] = high.map(AttributeValue.string)
        for (name, value) in equals { values[":\(name)"] = .string(value) }
        return document { json in
            json.member("TableName") { $0.value(table) }
            json.member("IndexName") { $0.value(index.rawValue) }
            json.member("KeyConditionExpression") { $0.value("#partition = :partition" + bounds) }
            if !equals.isEmpty {
                let conditions = equals.keys.sorted().map { "#\($0) = :\($0)" }
                json.member("FilterExpression") { $0.value(conditions.joined(separator: " AND ")) }
            }
            json.member("ExpressionAttributeNames") { $0.texts(names) }
            json.member("ExpressionAttributeValues") { AttributeValue.write(values, to: &$0) }
            json.member("ScanIndexForward") { $0.value(false) }
            json.member("Limit") { $0.value(limit) }
            if let start { json.member("ExclusiveStartKey") { $0.value(start) } }
        }
    }

    private var bounds: String {
        switch (low != nil, high != nil) {
        case (true, true): " AND #created BETWEEN :low AND :high"
        case (true, false): " AND #created >= :low"
        case (false, true): " AND #created < :high"
        case (false, false): ""
        }
    }

    /// As DynamoDB compares strings: byte by byte.
    private static func sorts(_ one: String, before other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension JSONWriter {
    /// Writes an object of strings, ordered by name.
    mutating func texts(_ members: [String: String]) {
        object { json in
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                json.name(name)
                json.value(value)
            }
        }
    }
}
