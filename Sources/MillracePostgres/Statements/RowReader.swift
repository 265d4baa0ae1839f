import CLibpq

/// Reads the columns of one row from left to right.
struct RowReader {
    private let result: QueryResult
    private let row: Int32
    private var column: Int32 = 0

    init(result: QueryResult, row: Int32) {
        self.result = result
        self.row = row
    }

    /// Whether there is another column.
    var hasNext: Bool { column < PQnfields(result.handle) }

    /// The type of the next column; nil for one that this program does not read.
    var nextType: PostgresType? { PostgresType(rawValue: PQftype(result.handle, column)) }

    /// The next column, which is never NULL.
    mutating func value<Value: PostgresValue>(_: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard let value = try optional(Value.self) else { throw mismatch("is NULL") }
        return value
    }

    /// The next column, nil when NULL.
    mutating func optional<Value: PostgresValue>(_: Value.Type = Value.self) throws(PostgresError) -> Value? {
        guard let bytes = try nextBytes(of: Value.type) else { return nil }
        guard let value = Value(binary: bytes) else { throw mismatch("has bytes of another type") }
        return value
    }

    /// The next column as an array without NULLs.
    mutating func array<Value: PostgresValue>(of _: Value.Type = Value.self) throws(PostgresError) -> [Value] {
        let elements = try optionals(of: Value.self)
        let values = elements.compactMap(\.self)
        guard values.count == elements.count else { throw mismatch("has a NULL element") }
        return values
    }

    /// The next column as an array in which NULL is nil.
    mutating func optionals<Value: PostgresValue>(of _: Value.Type = Value.self) throws(PostgresError) -> [Value?] {
        guard let bytes = try nextBytes(of: Value.arrayType) else { throw mismatch("is NULL") }
        guard let values = Self.elements(of: Value.self, in: bytes) else { throw mismatch("is not such an array") }
        return values
    }

    private mutating func nextBytes(of type: PostgresType) throws(PostgresError) -> UnsafeRawBufferPointer? {
        defer { column += 1 }
        // The types are the same in every row, so the first one tells.
        if row == 0, PQftype(result.handle, column) != type.rawValue {
            column += 1
            throw mismatch("is not of type \(type)")
        }
        if PQgetisnull(result.handle, row, column) == 1 { return nil }
        let length = Int(PQgetlength(result.handle, row, column))
        return UnsafeRawBufferPointer(start: PQgetvalue(result.handle, row, column), count: length)
    }

    private func mismatch(_ what: String) -> PostgresError {
        let name = PQfname(result.handle, column - 1).map { String(cString: $0) } ?? "#\(column)"
        return PostgresError(.decoding, "Column \(name) \(what).")
    }

    /// Reads what `array_send` writes: at most one dimension.
    private static func elements<Value: PostgresValue>(
        of _: Value.Type, in bytes: UnsafeRawBufferPointer
    ) -> [Value?]? {
        func integer(at offset: Int) -> Int? {
            guard offset >= 0, offset + 4 <= bytes.count else { return nil }
            return Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        guard let dimensions = integer(at: 0), dimensions <= 1 else { return nil }
        guard dimensions == 1 else { return [] }
        guard let count = integer(at: 12), count >= 0 else { return nil }
        var values: [Value?] = []
        var offset = 20
        for _ in 0..<count {
            guard let length = integer(at: offset) else { return nil }
            offset += 4
            if length < 0 {
                values.append(nil)
                continue
            }
            guard offset + length <= bytes.count else { return nil }
            guard let value = Value(binary: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])) else {
                return nil
            }
            values.append(value)
            offset += length
        }
        return values
    }
}
