extension Int64: PostgresValue {
    static var type: PostgresType { .int8 }
    static var arrayType: PostgresType { .int8Array }
    func write(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    init?(binary: UnsafeRawBufferPointer) { self.init(bigEndianBytes: binary) }
}

extension Int32: PostgresValue {
    static var type: PostgresType { .int4 }
    static var arrayType: PostgresType { .int4Array }
    func write(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    init?(binary: UnsafeRawBufferPointer) { self.init(bigEndianBytes: binary) }
}

extension Int16: PostgresValue {
    static var type: PostgresType { .int2 }
    static var arrayType: PostgresType { .int2Array }
    func write(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    init?(binary: UnsafeRawBufferPointer) { self.init(bigEndianBytes: binary) }
}

extension Bool: PostgresValue {
    static var type: PostgresType { .bool }
    static var arrayType: PostgresType { .boolArray }
    func write(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count == 1 else { return nil }
        self = binary[0] != 0
    }
}

extension Double: PostgresValue {
    static var type: PostgresType { .float8 }
    static var arrayType: PostgresType { .float8Array }
    func write(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    init?(binary: UnsafeRawBufferPointer) {
        guard let bits = UInt64(bigEndianBytes: binary) else { return nil }
        self.init(bitPattern: bits)
    }
}

extension String: PostgresValue {
    static var type: PostgresType { .text }
    static var arrayType: PostgresType { .textArray }
    func write(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
    // The client encoding is UTF8 and the server checks what it stores, so decoding repairs nothing in practice.
    init?(binary: UnsafeRawBufferPointer) { self.init(decoding: binary, as: UTF8.self) }
}

extension [UInt8]: PostgresValue {
    static var type: PostgresType { .bytea }
    static var arrayType: PostgresType { .byteaArray }
    func write(into bytes: inout [UInt8]) { bytes.append(contentsOf: self) }
    init?(binary: UnsafeRawBufferPointer) { self.init(binary) }
}
