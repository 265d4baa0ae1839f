import CLibrdkafka

/// One round of creating topics. Blocks: for the admin client's own thread.
struct TopicCreation {
    private let client: LibraryClient
    private let settings: KafkaSettings

    init(_ client: LibraryClient, _ settings: KafkaSettings) {
        self.client = client
        self.settings = settings
    }

    /// - Returns: the first failure; nil when every topic is there.
    func ensure(_ names: [String], _ milliseconds: Int32) -> KafkaError? {
        let limit = ContinuousClock.now + .milliseconds(milliseconds)
        var cluster: UnsafePointer<rd_kafka_metadata>?
        let answer = rd_kafka_metadata(client.handle, 1, nil, &cluster, milliseconds)
        guard answer == RD_KAFKA_RESP_ERR_NO_ERROR, let cluster else { return KafkaError(answer) }
        defer { rd_kafka_metadata_destroy(cluster) }
        let present = topics(of: cluster.pointee)
        let missing = names.filter { !present.contains($0) }
        guard !missing.isEmpty else { return nil }
        // Without a controller there is no topic administration, and the library would wait for one in vain.
        if hasController(cluster.pointee) {
            let code = create(missing, max(1, (limit - .now).wholeMilliseconds))
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
            if code != RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE { return KafkaError(code) }
        }
        for name in missing {
            let code = touch(name, max(1, (limit - .now).wholeMilliseconds))
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { return KafkaError(code) }
        }
        return nil
    }

    private func topics(of cluster: rd_kafka_metadata) -> Set<String> {
        Set((0..<Int(cluster.topic_cnt)).map { String(cString: cluster.topics[$0].topic) })
    }

    private func hasController(_ cluster: rd_kafka_metadata) -> Bool {
        let controller = rd_kafka_controllerid(client.handle, 0)
        return (0..<Int(cluster.broker_cnt)).contains { cluster.brokers[$0].id == controller }
    }

    private func create(_ names: [String], _ milliseconds: Int32) -> rd_kafka_resp_err_t {
        guard let queue = rd_kafka_queue_new(client.handle) else { return RD_KAFKA_RESP_ERR__FAIL }
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0)
        var topics = names.map { topic($0) }
        defer { for topic in topics { rd_kafka_NewTopic_destroy(topic) } }
        rd_kafka_CreateTopics(client.handle, &topics, topics.count, options, queue)
        guard let event = rd_kafka_queue_poll(queue, milliseconds + 500) else { return RD_KAFKA_RESP_ERR__TIMED_OUT }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return code }
        return firstFailure(event)
    }

    private func topic(_ name: String) -> OpaquePointer? {
        let copies = settings.replication.map { Int32(clamping: $0) } ?? -1
        let topic = rd_kafka_NewTopic_new(name, Int32(clamping: settings.partitions), copies, nil, 0)
        if let topic { rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "delete") }
        return topic
    }

    private func firstFailure(_ event: OpaquePointer) -> rd_kafka_resp_err_t {
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count)
        else { return RD_KAFKA_RESP_ERR__FAIL }
        for index in 0..<count {
            let code = rd_kafka_topic_result_error(topics[index])
            if code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { return code }
        }
        return RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// Asks for the topic by name, upon which a cluster that may creates it.
    private func touch(_ name: String, _ milliseconds: Int32) -> rd_kafka_resp_err_t {
        guard let topic = rd_kafka_topic_new(client.handle, name, nil) else { return rd_kafka_last_error() }
        defer { rd_kafka_topic_destroy(topic) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client.handle, 0, topic, &metadata, milliseconds)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        return code
    }
}
