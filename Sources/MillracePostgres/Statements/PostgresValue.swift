/// A Swift value that travels in the server's binary format (`*send`/`*recv` of its type; network byte order).
protocol PostgresValue: Sendable {
    /// The server type of one value.
    static var type: PostgresType { get }
    /// The server type of an array of it.
    static var arrayType: PostgresType { get }
    /// Appends the value without its length.
    func write(into bytes: inout [UInt8])
    /// Reads a value that is not NULL; nil when the bytes are not of this type.
    init?(binary: UnsafeRawBufferPointer)
}

extension Array where Element == UInt8 {
    /// Appends an integer in network byte order.
    mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension FixedWidthInteger {
    /// Reads an integer in network byte order; nil unless there are exactly as many bytes as it has.
    init?(bigEndianBytes bytes: UnsafeRawBufferPointer) {
        guard bytes.count == MemoryLayout<Self>.size else { return nil }
        self.init(bigEndian: bytes.loadUnaligned(as: Self.self))
    }
}
