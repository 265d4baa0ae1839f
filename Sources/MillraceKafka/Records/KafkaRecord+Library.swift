import CLibrdkafka

extension KafkaRecord {
    /// Copies a message of the library, which is to be destroyed by the caller.
    ///
    /// The pointer must be the library's own: what the public structure does not show lies behind it.
    init(_ message: UnsafePointer<rd_kafka_message_t>, of partition: KafkaPartition) {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let stamp = rd_kafka_message_timestamp(message, &kind)
        self.init(
            partition: partition,
            offset: message.pointee.offset,
            timestampMilliseconds: kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && stamp >= 0 ? stamp : nil,
            key: Self.bytes(message.pointee.key, message.pointee.key_len),
            value: Self.bytes(message.pointee.payload, message.pointee.len),
            headers: Self.headers(message))
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    private static func headers(_ message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            guard let name else { break }
            headers.append(KafkaHeader(String(cString: name), bytes(value, count)))
        }
        return headers
    }
}
