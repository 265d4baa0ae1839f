/// One SQL statement of this program, with the decoder of its rows.
///
/// Declared as a constant beside its repository and listed in ``StatementCatalog``, where a test prepares it against
/// the migrated schema. A session prepares it at its first use.
struct Statement<Row: Sendable>: Sendable {
    /// What the server is told.
    let text: StatementText
    /// Reads one row, column by column, in the order of the SELECT or RETURNING list.
    let decode: @Sendable (inout RowReader) throws -> Row

    init(
        name: StaticString, sql: SQL, parameters: [PostgresType] = [],
        access: StatementText.Access = .write, isPlannedAnew: Bool = false,
        decode: @escaping @Sendable (inout RowReader) throws -> Row
    ) {
        self.text = StatementText(
            name: name, sql: sql, parameters: parameters, access: access, isPlannedAnew: isPlannedAnew)
        self.decode = decode
    }
}

extension Statement where Row == Never {
    /// A statement without rows.
    init(
        name: StaticString, sql: SQL, parameters: [PostgresType] = [], access: StatementText.Access = .write,
        isPlannedAnew: Bool = false
    ) {
        self.init(
            name: name, sql: sql, parameters: parameters, access: access, isPlannedAnew: isPlannedAnew
        ) { _ in
            throw PostgresError(.decoding, "A statement without rows returned one.")
        }
    }
}
