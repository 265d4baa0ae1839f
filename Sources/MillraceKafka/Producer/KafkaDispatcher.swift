public import MillraceDomain

/// Sends word of ready jobs to their queues' topics.
public struct KafkaDispatcher: JobDispatcher {
    private let producer: KafkaProducer
    private let settings: KafkaSettings

    /// - Parameter producer: stays its owner's to close.
    public init(producer: KafkaProducer, settings: KafkaSettings) {
        self.producer = producer
        self.settings = settings
    }

    /// Queues one record a job in the producer; what it refuses is counted there.
    public func dispatch(_ jobs: [DispatchHint]) {
        for job in jobs {
            producer.send(DispatchRecord.encode(job.jobID, topic: settings.jobsTopic(queue: job.queue.text)))
        }
    }
}
