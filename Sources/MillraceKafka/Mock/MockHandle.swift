import CLibrdkafka

/// The mock cluster and the client that carries it.
///
/// `@unchecked Sendable` is safe: the pointers never change, the library hands each call to the cluster's own thread,
/// and ``destroy()`` is called once, last.
final class MockHandle: @unchecked Sendable {
    let cluster: OpaquePointer
    private let handle: OpaquePointer

    init(brokers: Int32) throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set_log_cb(configuration, { _, _, _, _ in })
        var reason = [CChar](repeating: 0, count: 512)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(rd_kafka_last_error())
        }
        guard let cluster = rd_kafka_mock_cluster_new(handle, brokers) else {
            rd_kafka_destroy(handle)
            throw KafkaError.failed(code: 0, reason: "the mock cluster did not start")
        }
        self.handle = handle
        self.cluster = cluster
    }

    func destroy() {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(handle)
    }
}
