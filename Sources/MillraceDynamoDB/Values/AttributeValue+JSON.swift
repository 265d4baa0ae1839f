import FoundationEssentials
public import MillraceDomain

extension AttributeValue {
    /// Writes the value in the protocol's form, such as `{"S":"text"}`.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        switch self {
        case .string(let text): json.member("S") { $0.value(text) }
        case .number(let digits): json.member("N") { $0.value(digits) }
        case .binary(let bytes): json.member("B") { $0.value(Data(bytes).base64EncodedString()) }
        case .bool(let flag): json.member("BOOL") { $0.value(flag) }
        case .null: json.member("NULL") { $0.value(true) }
        case .map(let members): json.member("M") { Self.write(members, to: &$0) }
        case .list(let values): json.member("L") { $0.array(values) { $1.write(to: &$0) } }
        case .stringSet(let texts): json.member("SS") { $0.array(texts.sorted()) { $0.value($1) } }
        }
        json.endObject()
    }

    /// Writes an item or map, members ordered by name.
    public static func write(_ item: Item, to json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in item.sorted(by: { $0.key < $1.key }) {
            json.name(name)
            value.write(to: &json)
        }
        json.endObject()
    }

    /// Reads the protocol's form.
    ///
    /// - Throws: ``DynamoDBError`` of kind `malformed`.
    public init(_ json: JSONText) throws(DynamoDBError) {
        guard let members = json.members, members.count == 1, let value = try Self.read(members[0]) else {
            throw DynamoDBError(.malformed, "an attribute value is of no known type")
        }
        self = value
    }

    /// Reads an item or map.
    ///
    /// - Throws: ``DynamoDBError`` of kind `malformed`.
    public static func item(_ json: JSONText) throws(DynamoDBError) -> Item {
        guard let members = json.members else { throw DynamoDBError(.malformed, "an item is not an object") }
        var item: Item = [:]
        for member in members { item[member.name] = try AttributeValue(member.value) }
        return item
    }

    private static func read(_ member: (name: String, value: JSONText)) throws(DynamoDBError) -> AttributeValue? {
        let value = member.value
        switch member.name {
        case "S": return value.string.map(AttributeValue.string)
        case "N": return value.string.map(AttributeValue.number)
        case "B": return value.string.flatMap { Data(base64Encoded: $0) }.map { .binary(Array($0)) }
        case "BOOL": return value.boolean.map(AttributeValue.bool)
        case "NULL": return .null
        case "M": return .map(try item(value))
        case "L":
            return try value.elements.map { elements throws(DynamoDBError) in
                var values: [AttributeValue] = []
                for element in elements { values.append(try AttributeValue(element)) }
                return .list(values)
            }
        case "SS": return value.elements.map { .stringSet(Set($0.compactMap(\.string))) }
        default: return nil
        }
    }
}

extension JSONWriter {
    /// Writes a member: its name, then what `write` writes.
    mutating func member(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        self.name(name)
        write(&self)
    }

    /// Writes an array, each item by `write`.
    mutating func array<Element>(_ items: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        beginArray()
        for item in items { write(&self, item) }
        endArray()
    }

    /// Writes an object of what `write` writes.
    mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }
}
