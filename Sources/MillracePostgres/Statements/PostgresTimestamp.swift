/// An instant as the server's `timestamptz` stores it: microseconds, with the two infinities at the ends.
struct PostgresTimestamp: Sendable, Hashable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    var microseconds: Int64

    /// Later than every instant.
    static var infinity: Self { Self(microseconds: .max) }
    /// Earlier than every instant.
    static var negativeInfinity: Self { Self(microseconds: .min) }

    /// 2000-01-01T00:00:00Z, from which the server counts.
    private static var serverEpoch: Int64 { 946_684_800_000_000 }
}

extension PostgresTimestamp: PostgresValue {
    static var type: PostgresType { .timestamptz }
    static var arrayType: PostgresType { .timestamptzArray }

    func write(into bytes: inout [UInt8]) {
        switch self {
        case .infinity, .negativeInfinity: bytes.append(bigEndian: microseconds)
        // Wrapping: an instant so early that it overflows is refused by the server as out of range.
        default: bytes.append(bigEndian: microseconds &- Self.serverEpoch)
        }
    }

    init?(binary: UnsafeRawBufferPointer) {
        guard let count = Int64(bigEndianBytes: binary) else { return nil }
        microseconds = count == .max || count == .min ? count : count &+ Self.serverEpoch
    }
}
