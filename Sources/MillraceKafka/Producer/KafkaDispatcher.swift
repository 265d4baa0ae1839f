public import MillraceDomain

/// Sends word of ready jobs to their queues' topics.
public struct KafkaDispatcher: JobDispatcher {
    private let producer: KafkaProducer
    private let topics: TopicKeeper
    private let settings: KafkaSettings

    /// - Parameters:
    ///   - producer: stays its owner's to close.
    ///   - admin: creates topics at the first word for a new queue; stays its owner's to close.
    public init(producer: KafkaProducer, admin: KafkaAdmin, settings: KafkaSettings) {
        self.producer = producer
        self.topics = TopicKeeper(admin: admin)
        self.settings = settings
    }

    /// Has the topics of these queues made, so that their first jobs need not wait for it.
    public func prepare(_ queues: [QueueName]) {
        for queue in queues { topics.whenReady(settings.jobsTopic(queue: queue.text)) {} }
    }

    /// Queues one record a job in the producer, once the queue's topic is there; what is refused is counted there.
    public func dispatch(_ jobs: [DispatchHint]) {
        for job in jobs {
            let topic = settings.jobsTopic(queue: job.queue.text)
            let message = DispatchRecord.encode(job.jobID, topic: topic)
            if !topics.whenReady(topic, { [producer] in producer.send(message) }) { producer.countRefused() }
        }
    }
}
