import CLibpq

/// The server's answer to one statement, kept in libpq's memory until the last reader is done.
///
/// `@unchecked Sendable`: the result is complete when this object is made, is only read afterwards (libpq's accessors
/// change nothing), and is freed once, by the last owner.
final class QueryResult: @unchecked Sendable {
    let handle: OpaquePointer

    /// Takes ownership of a `PGresult`.
    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    /// How many rows came back.
    var rowCount: Int { Int(PQntuples(handle)) }

    /// How many rows an INSERT, UPDATE or DELETE touched.
    var affectedRows: Int {
        PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// The command tag, such as `COMMIT` or `UPDATE 3`.
    var commandTag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    /// Decodes every row.
    func rows<Row>(_ decode: (inout RowReader) throws -> Row) throws -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(rowCount)
        for index in 0..<rowCount {
            var reader = RowReader(result: self, row: Int32(index))
            rows.append(try decode(&reader))
        }
        return rows
    }
}
