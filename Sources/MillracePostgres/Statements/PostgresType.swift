/// The server types that parameters and columns may have, by their fixed object ids (`pg_type.dat`).
enum PostgresType: UInt32, Sendable {
    /// The server finds it out; for a NULL.
    case inferred = 0

    case bool = 16
    case bytea = 17
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case float8 = 701
    case timestamptz = 1184
    case uuid = 2950

    case boolArray = 1000
    case byteaArray = 1001
    case int2Array = 1005
    case int4Array = 1007
    case textArray = 1009
    case int8Array = 1016
    case float8Array = 1022
    case timestamptzArray = 1185
    case uuidArray = 2951
}
