import CLibrdkafka
import MillraceDomain

extension SourceRecord {
    /// Copies a message of the library, which is to be destroyed by the caller.
    ///
    /// The pointer must be the library's own: what the public structure does not show lies behind it.
    init(_ message: UnsafePointer<rd_kafka_message_t>, of source: TopicPartition) {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let stamp = rd_kafka_message_timestamp(message, &kind)
        self.init(
            source: source,
            offset: message.pointee.offset,
            timestamp: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : Timestamp(milliseconds: stamp),
            key: Self.bytes(message.pointee.key, message.pointee.key_len),
            value: Self.bytes(message.pointee.payload, message.pointee.len),
            headers: Self.headers(message))
    }

    /// What it takes in memory, about.
    var byteCount: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0) + 128) { sum, header in
            sum + header.name.utf8.count + (header.value?.count ?? 0) + 32
        }
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    private static func headers(_ message: UnsafePointer<rd_kafka_message_t>) -> [Header] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [Header] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            guard let name else { break }
            headers.append(Header(name: String(cString: name), value: bytes(value, count)))
        }
        return headers
    }
}

extension Timestamp {
    /// A record's stamp, in milliseconds since 1970; nil for one that no clock has shown.
    fileprivate init?(milliseconds: Int64) {
        let (microseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
        guard milliseconds >= 0, !overflow else { return nil }
        self.init(microseconds: microseconds)
    }
}
