import CLibrdkafka

extension KafkaError {
    /// The library's code in our words.
    init(_ code: rd_kafka_resp_err_t, reason: String? = nil) {
        switch code {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .queueFull
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT: self = .timedOut
        default:
            self = .failed(code: code.rawValue, reason: reason ?? String(cString: rd_kafka_err2str(code)))
        }
    }

    /// Takes over an error object of the library; nil stays nil.
    init?(taking error: OpaquePointer?) {
        guard let error else { return nil }
        defer { rd_kafka_error_destroy(error) }
        self.init(rd_kafka_error_code(error), reason: String(cString: rd_kafka_error_string(error)))
    }
}
