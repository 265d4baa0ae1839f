/// The bound values of one call, already in the server's binary format, in one buffer.
struct Parameters: Sendable {
    /// The length that stands for NULL, both in `spans` and inside arrays.
    static let null: Int32 = -1

    // One leading byte, so that an empty value still has an address: libpq reads a null pointer as NULL.
    private(set) var bytes: [UInt8] = [0]
    private(set) var offsets: [Int] = []
    private(set) var lengths: [Int32] = []

    /// How many values are bound.
    var count: Int { lengths.count }

    /// Binds the next parameter.
    mutating func append<Value: PostgresValue>(_ value: Value?) {
        let start = bytes.count
        guard let value else { return append(start, Self.null) }
        value.write(into: &bytes)
        append(start, Int32(clamping: bytes.count - start))
    }

    /// Binds the next parameter as a one-dimensional array.
    mutating func append<Value: PostgresValue>(array values: some Collection<Value>) {
        appendArray(of: Value.self, count: values.count, hasNulls: false) { bytes in
            for value in values { Self.appendElement(value, to: &bytes) }
        }
    }

    /// Binds the next parameter as a one-dimensional array in which nil is NULL.
    mutating func append<Value: PostgresValue>(optionals values: some Collection<Value?>) {
        appendArray(of: Value.self, count: values.count, hasNulls: true) { bytes in
            for value in values {
                if let value {
                    Self.appendElement(value, to: &bytes)
                } else {
                    bytes.append(bigEndian: Self.null)
                }
            }
        }
    }

    // array_recv: dimensions, flags, element type, then length and lower bound of each dimension, then the elements.
    private mutating func appendArray<Value: PostgresValue>(
        of _: Value.Type, count: Int, hasNulls: Bool, elements: (inout [UInt8]) -> Void
    ) {
        let start = bytes.count
        bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
        bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
        bytes.append(bigEndian: Value.type.rawValue)
        if count > 0 {
            bytes.append(bigEndian: Int32(clamping: count))
            bytes.append(bigEndian: Int32(1))
            elements(&bytes)
        }
        append(start, Int32(clamping: bytes.count - start))
    }

    private static func appendElement<Value: PostgresValue>(_ value: Value, to bytes: inout [UInt8]) {
        let lengthAt = bytes.count
        bytes.append(bigEndian: Int32(0))
        value.write(into: &bytes)
        let length = UInt32(clamping: bytes.count - lengthAt - 4)
        bytes[lengthAt] = UInt8(truncatingIfNeeded: length >> 24)
        bytes[lengthAt + 1] = UInt8(truncatingIfNeeded: length >> 16)
        bytes[lengthAt + 2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[lengthAt + 3] = UInt8(truncatingIfNeeded: length)
    }

    private mutating func append(_ offset: Int, _ length: Int32) {
        offsets.append(offset)
        lengths.append(length)
    }
}
