import CLibrdkafka

/// librdkafka's configuration of one client: what we rely on, under what the operator passes through.
struct ClientProperties {
    private(set) var values: [(name: String, value: String)]

    private init(_ settings: KafkaSettings, _ ours: [(name: String, value: String)]) {
        let common = [
            (name: "bootstrap.servers", value: settings.brokers),
            (name: "client.id", value: settings.clientID),
            // A broker that closes an idle connection is not news.
            (name: "log.connection.close", value: "false"),
            (name: "socket.keepalive.enable", value: "true"),
            (name: "reconnect.backoff.ms", value: "50"),
            (name: "reconnect.backoff.max.ms", value: "2000"),
        ]
        values = common + ours + settings.properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// For a client that sends records.
    static func producer(_ settings: KafkaSettings) -> ClientProperties {
        let timeout = max(1, settings.deliveryTimeout.wholeMilliseconds)
        return ClientProperties(
            settings,
            [
                ("linger.ms", "1"),
                ("message.timeout.ms", "\(timeout)"),
                ("request.timeout.ms", "\(timeout)"),
                ("queue.buffering.max.messages", "\(settings.maxQueuedMessages)"),
                ("queue.buffering.max.kbytes", "65536"),
                // A copy of a record that was too large for us is as large; the broker has the last word.
                ("message.max.bytes", "33554432"),
                // A topic of a new queue is found, or created, within this time.
                ("topic.metadata.propagation.max.ms", "2000"),
                ("acks", "all"),
            ])
    }

    /// For a member of the consumer group.
    static func consumer(_ settings: KafkaSettings) -> ClientProperties {
        ClientProperties(
            settings,
            [
                ("group.id", settings.group),
                // Offsets live with the rows they produced; Kafka's copy only follows.
                ("enable.auto.commit", "false"),
                ("enable.auto.offset.store", "false"),
                ("auto.offset.reset", "error"),
                ("partition.assignment.strategy", "range"),
                ("topic.metadata.refresh.interval.ms", "1500"),
                ("heartbeat.interval.ms", "1000"),
                ("session.timeout.ms", "6000"),
                // The bytes are the bound: at a bound on messages the library rests for a second before it fetches on.
                ("queued.min.messages", "100000"),
                ("queued.max.messages.kbytes", "8192"),
                ("fetch.wait.max.ms", "100"),
                ("fetch.error.backoff.ms", "100"),
                ("allow.auto.create.topics", "false"),
            ])
    }

    /// For questions and topic creation: no records, no group.
    static func admin(_ settings: KafkaSettings) -> ClientProperties {
        ClientProperties(settings, [])
    }

    /// The library's object for these values; the caller owns it.
    ///
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)``.
    func configuration() throws -> OpaquePointer {
        guard let configuration = rd_kafka_conf_new() else {
            throw KafkaError.failed(code: 0, reason: "no memory for a configuration")
        }
        for (name, value) in values {
            do {
                try Self.set(name, value, in: configuration)
            } catch {
                rd_kafka_conf_destroy(configuration)
                throw error
            }
        }
        return configuration
    }

    /// Sees whether the library takes every value.
    ///
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)``.
    func check() throws {
        rd_kafka_conf_destroy(try configuration())
    }

    private static func set(_ name: String, _ value: String, in configuration: OpaquePointer) throws {
        var reason = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(configuration, name, value, &reason, reason.count) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw KafkaError.invalidProperty(name: name, reason: "is not known to librdkafka")
        default:
            // The library's own text repeats the value, which may be a secret.
            throw KafkaError.invalidProperty(name: name, reason: "has a value that librdkafka refuses")
        }
    }
}
