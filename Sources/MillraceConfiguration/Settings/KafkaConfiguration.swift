public import MillraceDomain

/// How to reach Kafka, and how its records are taken.
public struct KafkaConfiguration: Sendable, Equatable {
    /// `host:port` of some brokers, the rest is learnt from them (`kafka.brokers`).
    public var brokers: [String]
    /// The consumer group (`kafka.group`).
    public var group: String
    /// What topics start with: `<prefix>.jobs.<queue>`, `<prefix>.dead.<queue>` (`kafka.topicPrefix`).
    public var topicPrefix: String
    /// Partitions of the topics that we create (`kafka.partitions`).
    public var partitions: Int
    /// The user who owns jobs that come in as records (`kafka.ingestOwner`), by email.
    public var ingestOwner: EmailAddress
    /// Whether a record may name another owner (`kafka.trustOwnerHeader`).
    public var trustOwnerHeader: Bool
    /// Whether the record key is the ordering key when no other is given (`kafka.orderByRecordKey`).
    public var orderByRecordKey: Bool
    /// More librdkafka properties, as they are (`kafka.properties.*`): TLS, SASL, tuning. They may be secrets.
    public var properties: [String: Secret]

    init(reading values: inout SettingsReader) {
        brokers = values.list("kafka.brokers", expected: "a list of host:port", where: Self.isBroker)
        if brokers.isEmpty, values.role != .cli, values.place(of: "kafka.brokers") == nil {
            values.report("kafka.brokers", source: nil, "is missing; set KAFKA_BROKERS")
        }
        group = values.string("kafka.group", default: "millrace")
        topicPrefix = values.string(
            "kafka.topicPrefix", default: "millrace",
            expected: "1 to 100 letters, digits, dots, underscores and hyphens", where: Self.isTopicPrefix)
        partitions = values.int("kafka.partitions", default: 12, in: 1...10_000)
        ingestOwner = values.parsed(
            "kafka.ingestOwner", default: EmailAddress(stored: "ingest@millrace.internal"),
            named: "ingest@millrace.internal", expected: "an email address"
        ) { try? EmailAddress($0) }
        trustOwnerHeader = values.bool("kafka.trustOwnerHeader", default: false)
        orderByRecordKey = values.bool("kafka.orderByRecordKey", default: false)
        properties = values.map("kafka.properties")
    }

    private static func isBroker(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
        guard let port = Int(text[text.index(after: colon)...]) else { return false }
        return (1...65_535).contains(port) && !text.contains { $0.isWhitespace || $0 == "/" }
    }

    private static func isTopicPrefix(_ text: String) -> Bool {
        let allowed = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return allowed && (1...100).contains(text.count)
    }
}
