public import Logging
public import MillraceDomain

/// A member of the consumer group that reads every queue's topic, from positions that its owner keeps elsewhere.
///
/// The buffer between Kafka and the reader is bounded; a slow reader leaves the backlog in Kafka. Absent brokers are
/// waited for. Owner: whoever made it calls ``close()``.
public final class KafkaRecordSource: RecordSource {
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
                ConsumerLoop(client, settings, control, mailbox, logger).run()
                ended.open()
            }
        } catch {
            control.detach()
            client.destroy()
            throw error
        }
    }

    /// Records that have been read from Kafka and wait for the reader; at most ``KafkaSettings/maxBufferedRecords``.
    public var bufferedRecords: Int { mailbox.count }

    /// Whether the group has taken this member in: it has been given its share of the partitions, which may be none.
    public var isJoined: Bool { control.isJoined }

    /// What the cluster of the current assignment calls itself.
    public var clusterID: String? {
        get async { control.clusterID }
    }

    /// The next event, in order. Nil after ``close()``, or when the calling task is cancelled. One reader at a time.
    public func next() async -> RecordSourceEvent? {
        await mailbox.next { control.wake() }
    }

    /// Says from where to read partitions of this assignment, and answers lost positions; what speaks of an older
    /// assignment changes nothing. A partition left out rests until a later call names it.
    public func begin(_ assignment: AssignmentID, at starts: [PartitionStart]) async {
        control.begin(.init(assignment: assignment, starts: starts))
    }

    /// Stops reading, staying in the group; what is buffered is still handed out.
    public func pause() async { control.setPaused(true) }

    /// Goes on where ``pause()`` stopped.
    public func resume() async { control.setPaused(false) }

    /// Tells Kafka how far the owner has come, for lag tools only: sent at most once a second, failures ignored.
    public func acknowledge(_ source: TopicPartition, nextOffset: Int64) async {
        control.acknowledge(source, next: nextOffset)
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
