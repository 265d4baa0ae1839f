import MillraceDomain

/// Reads an item's attributes by name and type; what must be there and is not is malformed.
struct ItemReader {
    private let item: Item

    init(_ item: Item) {
        self.item = item
    }

    func string(_ name: String) throws(DynamoDBError) -> String { try required(name, optionalString(name)) }
    func integer(_ name: String) throws(DynamoDBError) -> Int { try required(name, optionalInteger(name)) }
    func time(_ name: String) throws(DynamoDBError) -> Timestamp { try required(name, optionalTime(name)) }

    func optionalString(_ name: String) -> String? { item[name]?.string }
    func optionalInteger(_ name: String) -> Int? { item[name]?.integer.flatMap { Int(exactly: $0) } }
    func optionalTime(_ name: String) -> Timestamp? { item[name]?.integer.map { Timestamp(microseconds: $0) } }
    func optionalDuration(_ name: String) -> Duration? { item[name]?.integer.map { .microseconds($0) } }
    func strings(_ name: String) -> [String] { item[name]?.list?.compactMap(\.string) ?? [] }

    func map(_ name: String) -> ItemReader? {
        if case .map(let members)? = item[name] { ItemReader(members) } else { nil }
    }

    func maps(_ name: String) -> [ItemReader] {
        (item[name]?.list ?? []).compactMap { value in
            if case .map(let members) = value { ItemReader(members) } else { nil }
        }
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(DynamoDBError) -> Value {
        guard let value else { throw DynamoDBError(.malformed, "an archived job has no readable \(name)") }
        return value
    }
}
