import CLibrdkafka
import Logging
import MillraceDomain
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The producing client behind ``KafkaProducer``: what callers and the polling thread share.
final class ProducerLine: Sendable {
    private struct Waiting {
        let delivery: Delivery
        let index: Int
    }

    private struct State {
        var client: LibraryClient?
        var isStopping = false
        /// Sent with the record as its `opaque`, comes back in the report; zero is a record nobody waits for.
        var lastToken: UInt = 0
        var waiting: [UInt: Waiting] = [:]
    }

    /// Opens when the thread has ended.
    let ended = Latch()
    private let logger: Logger
    private let tally: ProducerTally
    private let state: Mutex<State>
    private let connect: Connect

    /// Makes a client.
    typealias Connect = @Sendable (ClientContext) throws -> LibraryClient

    /// The usual way to make one.
    static func connecting(_ settings: KafkaSettings) -> Connect {
        { context in try LibraryClient(RD_KAFKA_PRODUCER, .producer(settings), context) }
    }

    /// How long to wait before a broken client that could not be replaced is tried again, at first and at most.
    private static let pauses = (first: Duration.milliseconds(500), longest: Duration.seconds(5))

    init(
        logger: Logger, onFailure: @escaping @Sendable (KafkaError) -> Void, connect: @escaping Connect
    ) throws {
        self.logger = logger
        self.connect = connect
        self.tally = ProducerTally(logger: logger, onFailure: onFailure)
        self.state = Mutex(State())
        let client = try makeClient()
        state.withLock { $0.client = client }
    }

    var counts: KafkaProducerCounts { tally.counts }

    // MARK: Callers

    /// Queues a record that nobody waits for.
    func send(_ message: KafkaMessage) throws(KafkaError) {
        let failure: KafkaError? = state.withLock { state in
            guard let client = state.client, !state.isStopping else { return state.isStopping ? .closed : .timedOut }
            // What waits for absent brokers is late when they return: its row has been swept by then.
            guard client.context.connection.isUp else { return .timedOut }
            return client.produce(message, token: 0)
        }
        if let failure {
            tally.refused()
            throw failure
        }
    }

    /// Counts a record that was dropped before it came here.
    func countRefused() { tally.refused() }

    /// Queues a record and reports its fate to `delivery`; the token is to be forgotten after the wait.
    func send(_ message: KafkaMessage, reportTo delivery: Delivery, at index: Int) -> UInt? {
        let (token, failure): (UInt?, KafkaError?) = state.withLock { state in
            guard let client = state.client, !state.isStopping else {
                return (nil, state.isStopping ? .closed : .timedOut)
            }
            state.lastToken += 1
            if let failure = client.produce(message, token: state.lastToken) { return (nil, failure) }
            state.waiting[state.lastToken] = Waiting(delivery: delivery, index: index)
            return (state.lastToken, nil)
        }
        if let failure {
            tally.refused()
            delivery.report(.failure(failure), at: index)
        }
        return token
    }

    /// Nobody waits for these any more.
    func forget(_ tokens: [UInt]) {
        state.withLock { state in
            for token in tokens { state.waiting.removeValue(forKey: token) }
        }
    }

    /// Takes no more records; the thread flushes and ends.
    func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Answers whoever still waits, after the end.
    func abandon() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for one in waiting { one.delivery.report(.failure(.closed), at: one.index) }
    }

    // MARK: The thread

    /// Serves delivery reports until stopped, then flushes and destroys: the body of the producer's thread.
    func run() {
        while !isStopping {
            guard let client = current() else {
                reconnect()
                continue
            }
            rd_kafka_poll(client.handle, 100)
            client.context.connection.check(client)
            if let reason = client.context.fatalReason { discard(client, reason) }
        }
        if let client = state.withLock({ $0.client }) {
            rd_kafka_flush(client.handle, 2_000)
            state.withLock { $0.client = nil }
            clear(client)
            client.destroy()
        }
        abandon()
        ended.open()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func current() -> LibraryClient? {
        state.withLock { $0.isStopping ? nil : $0.client }
    }

    private func makeClient() throws -> LibraryClient {
        try connect(ClientContext(logger: logger) { [weak self] message in self?.reported(message) })
    }

    private func reported(_ message: rd_kafka_message_t) {
        let token = UInt(bitPattern: message._private)
        let failure = message.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(message.err)
        tally.reported(failure, isAwaited: token != 0)
        if failure == nil { current()?.context.connection.answered() }
        guard token != 0, let waiting = state.withLock({ $0.waiting.removeValue(forKey: token) }) else { return }
        let partition = TopicPartition(
            topic: String(cString: rd_kafka_topic_name(message.rkt)), partition: message.partition)
        waiting.delivery.report(
            failure.map { .failure($0) } ?? .success(KafkaPosition(partition: partition, offset: message.offset)),
            at: waiting.index)
    }

    /// A fatal error ends an idempotent client for good: a new one takes its place.
    private func discard(_ broken: LibraryClient, _ reason: String) {
        logger.warning("kafka producer replaced after a fatal error", metadata: ["error": "\(reason)"])
        // From now on records are refused until there is another.
        state.withLock { $0.client = nil }
        clear(broken)
        do { try KafkaThread.start { broken.destroy() } } catch {
            // Without a thread to end it on, the broken client is left to the end of the process.
            logger.warning("kafka producer left behind", metadata: ["error": "\(error)"])
        }
    }

    /// Makes a client again and again until there is one: what keeps it from being made may pass.
    private func reconnect() {
        var pause = Self.pauses.first
        while !isStopping {
            do {
                let client = try makeClient()
                return state.withLock { $0.client = client }
            } catch {
                logger.error("kafka producer could not be replaced yet", metadata: ["error": "\(error)"])
            }
            let tryAt = ContinuousClock.now + pause
            while !isStopping, ContinuousClock.now < tryAt { Self.rest() }
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    /// Waits a moment on the producer's own thread.
    private static func rest() {
        usleep(20_000)
    }

    /// Has everything that still waits in the client reported as failed.
    private func clear(_ client: LibraryClient) {
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        for _ in 0..<10 where rd_kafka_outq_len(client.handle) > 0 {
            rd_kafka_poll(client.handle, 50)
        }
    }
}
