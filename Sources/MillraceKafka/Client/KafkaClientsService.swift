public import ServiceLifecycle

/// Closes a process's Kafka clients at its end, each within its own limit. Place it beneath what uses them.
public struct KafkaClientsService: Service {
    private let kafka: KafkaAdmin
    private let producer: KafkaProducer

    /// Takes the clients over: nobody else closes them.
    public init(kafka: KafkaAdmin, producer: KafkaProducer) {
        self.kafka = kafka
        self.producer = producer
    }

    public func run() async throws {
        // Cancellation ends the wait just as a graceful shutdown does.
        try? await gracefulShutdown()
        await producer.close()
        await kafka.close()
    }
}
