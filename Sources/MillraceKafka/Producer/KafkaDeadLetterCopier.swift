public import MillraceDomain

/// Sends copies of dead letters to their queues' dead topics.
public struct KafkaDeadLetterCopier: DeadLetterCopier {
    private let producer: KafkaProducer
    private let topics: TopicKeeper
    private let settings: KafkaSettings

    /// - Parameters:
    ///   - producer: stays its owner's to close.
    ///   - admin: creates topics at the first copy from a new queue; stays its owner's to close.
    public init(producer: KafkaProducer, admin: KafkaAdmin, settings: KafkaSettings) {
        self.producer = producer
        self.topics = TopicKeeper(admin: admin)
        self.settings = settings
    }

    /// Queues one record a dead letter in the producer, once the topic is there; what is refused is counted there.
    public func copy(_ records: [DeadRecord]) {
        for dead in records {
            guard let queue = settings.queue(ofTopic: dead.record.source.topic) else { continue }
            let topic = settings.deadTopic(queue: queue)
            send(DeadLetterRecord.encode(dead, topic: topic), to: topic)
        }
    }

    /// The same for jobs, each an event with its payload.
    public func copy(_ jobs: [DeadJob]) {
        for dead in jobs {
            let topic = settings.deadTopic(queue: dead.job.submission.queue.text)
            send(DeadLetterRecord.encode(dead, topic: topic), to: topic)
        }
    }

    private func send(_ message: KafkaMessage, to topic: String) {
        let isTaken = topics.whenReady(topic, weight: message.weight) { [producer] in producer.send(message) }
        if !isTaken { producer.countRefused() }
    }
}
