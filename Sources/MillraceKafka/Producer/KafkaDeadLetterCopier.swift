public import MillraceDomain

/// Sends copies of dead letters to their queues' dead topics.
public struct KafkaDeadLetterCopier: DeadLetterCopier {
    private let producer: KafkaProducer
    private let settings: KafkaSettings

    /// - Parameter producer: stays its owner's to close.
    public init(producer: KafkaProducer, settings: KafkaSettings) {
        self.producer = producer
        self.settings = settings
    }

    /// Queues one record a dead letter in the producer; what it refuses is counted there.
    public func copy(_ records: [DeadRecord]) {
        for dead in records {
            guard let queue = settings.queue(ofTopic: dead.record.source.topic) else { continue }
            producer.send(DeadLetterRecord.encode(dead, topic: settings.deadTopic(queue: queue)))
        }
    }
}
