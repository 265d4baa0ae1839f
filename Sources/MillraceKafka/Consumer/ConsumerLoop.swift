import CLibrdkafka
import Logging
import MillraceDomain

/// The polling thread of one consumer; nothing here is touched by another thread.
///
/// Reading stops and goes on by assigning nothing, or everything with explicit offsets: one mechanism for a new
/// assignment, a lost position, the owner's pause and a full mailbox, and none of the library's own positions in it.
final class ConsumerLoop {
    private static let pollLimit: Int32 = 250
    private static let roundSize = 500
    /// How long a full mailbox may keep the thread from polling, before it goes back to serve the group.
    private static let stallLimit = Duration.seconds(1)
    private static let commitEvery = Duration.seconds(1)
    private static let askEvery = Duration.seconds(1)

    private var client: LibraryClient
    private let settings: KafkaSettings
    private let control: ConsumerControl
    private let mailbox: KafkaMailbox
    private let logger: Logger
    private var assignment = KafkaAssignment()
    private var isReading = false
    private var stalledSince: ContinuousClock.Instant?
    private var committedAt = ContinuousClock.now
    private var askedAt: ContinuousClock.Instant?

    init(
        _ client: LibraryClient, _ settings: KafkaSettings, _ control: ConsumerControl, _ mailbox: KafkaMailbox,
        _ logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.control = control
        self.mailbox = mailbox
        self.logger = logger
    }

    /// Makes the client and subscribes it to every queue's topic.
    static func join(_ settings: KafkaSettings, _ logger: Logger) throws -> LibraryClient {
        let client = try LibraryClient(RD_KAFKA_CONSUMER, .consumer(settings), ClientContext(logger: logger))
        rd_kafka_poll_set_consumer(client.handle)
        let anyPartition = TopicPartition(topic: settings.jobsPattern, partition: -1)
        let code = try PartitionList.with([anyPartition: 0]) { rd_kafka_subscribe(client.handle, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            client.destroy()
            throw KafkaError(code)
        }
        return client
    }

    /// Polls until stopped, then leaves the group and ends the client.
    func run() {
        while !control.isStopping {
            takeAnswers()
            askForLostPositions()
            commitAcknowledged()
            client.context.connection.check(client)
            adjustReading()
            if stalledSince != nil, isReading {
                control.wait(upTo: .milliseconds(200))
            } else {
                pollRound()
            }
            if let reason = client.context.fatalReason { rejoin(reason) }
        }
        commitAcknowledged(isLast: true)
        rd_kafka_consumer_close(client.handle)
        mailbox.finish()
        control.detach()
        client.destroy()
    }

    /// A fatal error ends a member for good: a new one takes its place, after a moment, for the cause may last.
    private func rejoin(_ reason: String) {
        logger.warning("kafka consumer replaced after a fatal error", metadata: ["error": "\(reason)"])
        let broken = client
        forget()
        control.left()
        control.detach()
        var pause = Duration.seconds(1)
        while !control.isStopping, client === broken {
            control.wait(upTo: pause)
            pause = .seconds(5)
            do {
                client = try Self.join(settings, logger)
                control.attach(client)
            } catch {
                logger.error("kafka consumer could not be replaced yet", metadata: ["error": "\(error)"])
            }
        }
        guard client !== broken else { return }
        do {
            try KafkaThread.start {
                rd_kafka_consumer_close(broken.handle)
                broken.destroy()
            }
        } catch {
            // Without a thread to end it on, the broken client is left to the end of the process.
            logger.warning("kafka consumer left behind", metadata: ["error": "\(error)"])
        }
    }

    /// Nothing that was read or begun holds any more.
    private func forget() {
        if !assignment.partitions.isEmpty { mailbox.revoke(assignment.id) }
        assignment.revoke()
        isReading = false
    }

    // MARK: Positions

    private func takeAnswers() {
        var isChanged = false
        for answer in control.takeBegins() {
            isChanged = assignment.begin(answer.assignment, at: answer.starts) || isChanged
        }
        if isChanged { read(isReading || stalledSince == nil && !control.isPaused) }
    }

    /// Starts or stops reading, as the owner's pause and the mailbox ask for.
    private func adjustReading() {
        let now = ContinuousClock.now
        if mailbox.room.records > 0 { stalledSince = nil } else if stalledSince == nil { stalledSince = now }
        let isStalled = stalledSince.map { now - $0 >= Self.stallLimit } ?? false
        let shouldRead = !control.isPaused && !isStalled && (isReading || stalledSince == nil)
        if shouldRead != isReading, !assignment.next.isEmpty { read(shouldRead) }
    }

    private func read(_ isReading: Bool) {
        self.isReading = isReading
        assign(isReading ? assignment.next : [:])
    }

    private func assign(_ positions: [TopicPartition: Int64]) {
        do {
            let code = try PartitionList.with(positions) { rd_kafka_assign(client.handle, $0) }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
        } catch {
            // A rebalance is under way: its event follows, and positions are asked for anew.
            logger.debug("kafka assignment refused", metadata: ["error": "\(error)"])
        }
    }

    private func takeRebalances() {
        for change in client.context.takeRebalances() {
            forget()
            guard case .assigned(let partitions) = change else { continue }
            client.context.connection.answered()
            assignment.assign(partitions)
            control.joined(client.clusterID(within: 1_000))
            mailbox.post(.assigned(assignment.id, partitions))
        }
    }

    private func askForLostPositions() {
        guard !assignment.lost.isEmpty else { return }
        let now = ContinuousClock.now
        if let askedAt, now - askedAt < Self.askEvery { return }
        for partition in assignment.lost {
            var (low, high): (Int64, Int64) = (0, 0)
            let code = rd_kafka_query_watermark_offsets(
                client.handle, partition.topic, partition.partition, &low, &high, 1_000)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                askedAt = now
                return
            }
            assignment.told(partition)
            mailbox.post(.positionLost(assignment.id, partition, low: low, high: high))
        }
        askedAt = nil
    }

    private func commitAcknowledged(isLast: Bool = false) {
        let now = ContinuousClock.now
        guard isLast || now - committedAt >= Self.commitEvery else { return }
        committedAt = now
        let done = control.takeAcknowledged().filter { assignment.partitions.contains($0.key) }
        guard !done.isEmpty else { return }
        do {
            let code = try PartitionList.with(done) { rd_kafka_commit(client.handle, $0, 1) }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
        } catch {
            logger.debug("kafka offsets not committed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Records

    /// Polls once with patience and then as long as records are there, and hands on what came, partition by partition.
    private func pollRound() {
        let room = mailbox.room
        var round = RecordRound(limit: min(max(1, room.records), Self.roundSize), bytes: max(1, room.bytes))
        var patience = isReading || assignment.next.isEmpty ? Self.pollLimit : 100
        while !round.isFull, let message = rd_kafka_consumer_poll(client.handle, patience) {
            take(message, into: &round)
            rd_kafka_message_destroy(message)
            patience = 0
        }
        for records in round.batches { mailbox.post(.records(assignment.id, records[0].source, records)) }
        takeRebalances()
    }

    private func take(_ message: UnsafePointer<rd_kafka_message_t>, into round: inout RecordRound) {
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            client.context.connection.answered()
            let partition = round.partition(of: message.pointee)
            guard isReading, assignment.accept(partition, offset: message.pointee.offset) else { return }
            round.append(SourceRecord(message, of: partition))
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            guard message.pointee.rkt != nil else { return }
            assignment.lose(round.partition(of: message.pointee))
        default:
            logger.debug("kafka read error", metadata: ["kafka.code": "\(message.pointee.err.rawValue)"])
        }
    }
}
