import MillraceDomain

extension UniqueID: PostgresValue {
    static var type: PostgresType { .uuid }
    static var arrayType: PostgresType { .uuidArray }

    func write(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
    }

    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: binary.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: binary.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

extension Identifier: PostgresValue {
    static var type: PostgresType { UniqueID.type }
    static var arrayType: PostgresType { UniqueID.arrayType }
    func write(into bytes: inout [UInt8]) { uniqueID.write(into: &bytes) }

    init?(binary: UnsafeRawBufferPointer) {
        guard let uniqueID = UniqueID(binary: binary) else { return nil }
        self.init(uniqueID)
    }
}

/// The ends of the range are the server's infinities.
extension Timestamp: PostgresValue {
    static var type: PostgresType { .timestamptz }
    static var arrayType: PostgresType { .timestamptzArray }

    /// 2000-01-01T00:00:00Z, from which the server counts, in microseconds of Unix time.
    private static var serverEpoch: Int64 { 946_684_800_000_000 }

    func write(into bytes: inout [UInt8]) {
        switch microseconds {
        case .max, .min: bytes.append(bigEndian: microseconds)
        // Wrapping: an instant so early that it overflows is refused by the server as out of range.
        default: bytes.append(bigEndian: microseconds &- Self.serverEpoch)
        }
    }

    init?(binary: UnsafeRawBufferPointer) {
        guard let count = Int64(bigEndianBytes: binary) else { return nil }
        self.init(microseconds: count == .max || count == .min ? count : count &+ Self.serverEpoch)
    }
}

/// A document travels as text: never `jsonb`, which respells it.
extension JSONText: PostgresValue {
    static var type: PostgresType { .text }
    static var arrayType: PostgresType { .textArray }
    func write(into destination: inout [UInt8]) { destination.append(contentsOf: bytes) }
    init?(binary: UnsafeRawBufferPointer) { self.init(stored: [UInt8](binary)) }
}
