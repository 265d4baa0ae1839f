public import MillraceDomain

/// A value that a handler binds to a statement or reads from a row.
public enum SQLValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// `bigint`; a column of `smallint` or `integer` takes it with a cast, and is read as one.
    case integer(Int64)
    /// `double precision`.
    case double(Double)
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    case uuid(UniqueID)
    /// `timestamptz`.
    case timestamp(Timestamp)
}

extension SQLValue {
    var type: PostgresType {
        switch self {
        case .null: .inferred
        case .bool: .bool
        case .integer: .int8
        case .double: .float8
        case .text: .text
        case .bytes: .bytea
        case .uuid: .uuid
        case .timestamp: .timestamptz
        }
    }

    func bind(to parameters: inout Parameters) {
        switch self {
        case .null: parameters.append(String?.none)
        case .bool(let value): parameters.append(value)
        case .integer(let value): parameters.append(value)
        case .double(let value): parameters.append(value)
        case .text(let value): parameters.append(value)
        case .bytes(let value): parameters.append(value)
        case .uuid(let value): parameters.append(value)
        case .timestamp(let value): parameters.append(value)
        }
    }

    /// Reads the next column, whatever its type.
    init(_ row: inout RowReader) throws(PostgresError) {
        self =
            switch row.nextType {
            case .bool: try row.optional(Bool.self).map { .bool($0) } ?? .null
            case .int2: try row.optional(Int16.self).map { .integer(Int64($0)) } ?? .null
            case .int4: try row.optional(Int32.self).map { .integer(Int64($0)) } ?? .null
            case .int8: try row.optional(Int64.self).map { .integer($0) } ?? .null
            case .float8: try row.optional(Double.self).map { .double($0) } ?? .null
            case .bytea: try row.optional([UInt8].self).map { .bytes($0) } ?? .null
            case .uuid: try row.optional(UniqueID.self).map { .uuid($0) } ?? .null
            case .timestamptz: try row.optional(Timestamp.self).map { .timestamp($0) } ?? .null
            // Any other is refused there by its name: a cast to text makes it readable.
            default: try row.optional(String.self).map { .text($0) } ?? .null
            }
    }
}
