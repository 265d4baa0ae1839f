public import Logging

/// A member of the consumer group that reads every queue's topic, from positions that its owner keeps elsewhere.
///
/// Events and records come in order through ``next()`` to one reader. On ``KafkaEvent/assigned(generation:partitions:)``
/// the reader looks up its positions, taking the time it needs, and calls ``begin(generation:at:)``. The buffer between
/// Kafka and the reader is bounded; a slow reader leaves the backlog in Kafka. Absent brokers are waited for.
/// Owner: whoever made it calls ``close()``.
public final class KafkaConsumer: Sendable {
    private let control = ConsumerControl()
    private let mailbox: KafkaMailbox
    private let ended = Latch()
    private let logger: Logger

    /// Joins the group and starts the polling thread; needs no broker.
    ///
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)``, or what kept the client from starting.
    public init(settings: KafkaSettings, logger: Logger) throws {
        self.logger = logger
        let mailbox = KafkaMailbox(maxRecords: settings.maxBufferedRecords, maxBytes: settings.maxBufferedBytes)
        self.mailbox = mailbox
        let client = try ConsumerLoop.join(settings, logger)
        let (control, ended) = (control, ended)
        control.attach(client)
        do {
            try KafkaThread.start {
                ConsumerLoop(client, control, mailbox, logger).run()
                ended.open()
            }
        } catch {
            control.detach()
            client.destroy()
            throw error
        }
    }

    /// Records that have been read from Kafka and wait for the reader.
    public var bufferedRecords: Int { mailbox.count }

    /// The next event. Nil after ``close()``, or when the calling task is cancelled. One reader at a time.
    public func next() async -> KafkaEvent? {
        await mailbox.next { control.wake() }
    }

    /// Says from where to read partitions of this generation; answers to an older generation change nothing.
    ///
    /// A partition left out rests until a later call names it.
    public func begin(generation: Int, at positions: [KafkaPartition: KafkaStart]) {
        control.begin(.init(generation: generation, positions: positions))
    }

    /// Stops reading, staying in the group; what is buffered is still handed out.
    public func pause() { control.setPaused(true) }

    /// Goes on where ``pause()`` stopped.
    public func resume() { control.setPaused(false) }

    /// Tells Kafka how far the owner has come, for lag tools only: sent at most once a second, failures ignored.
    ///
    /// - Parameter next: the first offset that is not done.
    public func acknowledge(_ partition: KafkaPartition, next: Int64) {
        control.acknowledge(partition, next: next)
    }

    /// Leaves the group and ends the client. Returns within five seconds even when the library hangs.
    public func close() async {
        control.stop()
        mailbox.finish()
        if await !ended.wait(upTo: .seconds(5)) {
            logger.warning("kafka consumer given up: it did not close in time")
        }
    }
}
