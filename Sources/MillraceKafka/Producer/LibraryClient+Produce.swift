import CLibrdkafka
import MillraceDomain

extension LibraryClient {
    /// Puts a record into the client's queue without blocking; the library copies everything.
    ///
    /// - Parameter token: comes back with the delivery report.
    /// - Returns: why the record was not taken; nil when it was.
    func produce(_ message: KafkaMessage, token: UInt) -> KafkaError? {
        guard let headers = rd_kafka_headers_new(message.headers.count) else {
            return .failed(code: 0, reason: "no memory for headers")
        }
        for header in message.headers {
            header.value.withBytes { bytes, count in
                _ = rd_kafka_header_add(headers, header.name, -1, bytes, count)
            }
        }
        let failure = message.topic.withCString { topic in
            message.key.withBytes { key, keyCount in
                message.value.withBytes { value, valueCount in
                    var arguments = [
                        argument(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic },
                        argument(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = RD_KAFKA_MSG_F_COPY },
                        argument(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers },
                        argument(RD_KAFKA_VTYPE_OPAQUE) { $0.ptr = UnsafeMutableRawPointer(bitPattern: token) },
                    ]
                    if let key { arguments.append(bytes(RD_KAFKA_VTYPE_KEY, key, keyCount)) }
                    if let value { arguments.append(bytes(RD_KAFKA_VTYPE_VALUE, value, valueCount)) }
                    return KafkaError(taking: rd_kafka_produceva(handle, arguments, arguments.count))
                }
            }
        }
        // On success the library owns the headers.
        if failure != nil { rd_kafka_headers_destroy(headers) }
        return failure
    }

    private func argument(
        _ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_s.__Unnamed_union_u) -> Void
    ) -> rd_kafka_vu_t {
        var argument = rd_kafka_vu_t()
        argument.vtype = type
        set(&argument.u)
        return argument
    }

    private func bytes(_ type: rd_kafka_vtype_t, _ start: UnsafeRawPointer, _ count: Int) -> rd_kafka_vu_t {
        argument(type) { value in
            value.mem.ptr = UnsafeMutableRawPointer(mutating: start)
            value.mem.size = count
        }
    }
}

extension Optional where Wrapped == [UInt8] {
    /// Lends the bytes to `body`; nothing is a null pointer, an empty array is not.
    fileprivate func withBytes<Value>(_ body: (UnsafeRawPointer?, Int) -> Value) -> Value {
        guard let self else { return body(nil, 0) }
        // The library tells "empty" from "absent" by the pointer, and an empty array may have none.
        guard !self.isEmpty else { return withUnsafeBytes(of: UInt8(0)) { body($0.baseAddress, 0) } }
        return self.withUnsafeBytes { body($0.baseAddress, $0.count) }
    }
}
