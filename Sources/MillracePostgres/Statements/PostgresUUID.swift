/// Sixteen bytes as the server's `uuid` stores them.
struct PostgresUUID: Sendable, Hashable {
    /// The first eight bytes, most significant first.
    var high: UInt64
    /// The last eight bytes.
    var low: UInt64
}

extension PostgresUUID: PostgresValue {
    static var type: PostgresType { .uuid }
    static var arrayType: PostgresType { .uuidArray }

    func write(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }

    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 16 else { return nil }
        high = UInt64(bigEndian: binary.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: binary.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}
