/// Where Kafka is and how Millrace uses it.
public struct KafkaSettings: Sendable, Equatable {
    /// Bootstrap servers, `host:port` separated by commas.
    public var brokers: String
    /// The consumer group; every consumer of one deployment shares it.
    public var group: String
    /// First part of every topic name: `<prefix>.jobs.<queue>`, `<prefix>.dead.<queue>`.
    public var topicPrefix: String
    /// Partitions of a topic that we create.
    public var partitions: Int
    /// Copies of a topic that we create; nil leaves it to the cluster's default.
    public var replication: Int?
    /// Names this process in the broker's logs and quotas.
    public var clientID: String
    /// Anything else librdkafka understands (`security.protocol`, `sasl.*`, `ssl.*` …). Values may be secrets and
    /// are never printed.
    public var properties: [String: String]
    /// Whether a record may name its owner with `ce_mrowner`.
    public var trustOwnerHeader: Bool
    /// Whether the record's key is the ordering key when the record names none.
    public var orderByRecordKey: Bool
    /// The largest value, in bytes, that is read as a submission.
    public var maxRecordBytes: Int
    /// How long a record may wait for its broker before it counts as failed.
    public var deliveryTimeout: Duration
    /// Records that may wait in this process for their delivery.
    public var maxQueuedMessages: Int
    /// Records that may wait in this process for being read by the ingest.
    public var maxBufferedRecords: Int
    /// Bytes of such records.
    public var maxBufferedBytes: Int

    /// - Parameters:
    ///   - brokers: bootstrap servers, `host:port` separated by commas.
    ///   - group: the consumer group.
    public init(
        brokers: String,
        group: String = "millrace",
        topicPrefix: String = "millrace",
        partitions: Int = 12,
        replication: Int? = nil,
        clientID: String = "millrace",
        properties: [String: String] = [:],
        trustOwnerHeader: Bool = false,
        orderByRecordKey: Bool = false,
        maxRecordBytes: Int = 1_048_576,
        deliveryTimeout: Duration = .seconds(5),
        maxQueuedMessages: Int = 10_000,
        maxBufferedRecords: Int = 4_096,
        maxBufferedBytes: Int = 16 * 1_048_576
    ) {
        self.brokers = brokers
        self.group = group
        self.topicPrefix = topicPrefix
        self.partitions = partitions
        self.replication = replication
        self.clientID = clientID
        self.properties = properties
        self.trustOwnerHeader = trustOwnerHeader
        self.orderByRecordKey = orderByRecordKey
        self.maxRecordBytes = maxRecordBytes
        self.deliveryTimeout = deliveryTimeout
        self.maxQueuedMessages = maxQueuedMessages
        self.maxBufferedRecords = maxBufferedRecords
        self.maxBufferedBytes = maxBufferedBytes
    }

    /// The topic that carries work for one queue.
    public func jobsTopic(queue: String) -> String { "\(topicPrefix).jobs.\(queue)" }

    /// The topic that gets a copy of what could not be read from one queue's topic.
    public func deadTopic(queue: String) -> String { "\(topicPrefix).dead.\(queue)" }

    /// The queue a topic carries work for; nil for a topic that is not ours.
    public func queue(ofTopic topic: String) -> String? {
        let start = "\(topicPrefix).jobs."
        return topic.hasPrefix(start) ? String(topic.dropFirst(start.count)) : nil
    }

    /// The pattern that a consumer subscribes to: every queue's topic, those of the future included.
    var jobsPattern: String {
        let special = "\\^$.|?*+()[]{}"
        let escaped = topicPrefix.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
        return "^\(escaped)\\.jobs\\..*"
    }

    /// Checks everything that can be checked without a broker, the pass-through properties included, so that a
    /// mistake stops the start and not the first record.
    ///
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)`` naming the first property that is wrong.
    public func validate() throws {
        guard !brokers.isEmpty else { throw KafkaError.invalidProperty(name: "brokers", reason: "is empty") }
        guard !group.isEmpty else { throw KafkaError.invalidProperty(name: "group", reason: "is empty") }
        guard isTopicName(topicPrefix), topicPrefix.utf8.count <= 100 else {
            throw KafkaError.invalidProperty(
                name: "topicPrefix", reason: "must be 1 to 100 of the characters a-z A-Z 0-9 . _ -")
        }
        guard partitions > 0 else {
            throw KafkaError.invalidProperty(name: "partitions", reason: "must be 1 or more")
        }
        try ClientProperties.producer(self).check()
        try ClientProperties.consumer(self).check()
    }

    private func isTopicName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
