public import Logging
import Synchronization

/// Sends records. Only a delivery report counts as success.
///
/// Two ways in: ``send(_:)`` for records whose loss is harmless, and ``deliver(_:within:)`` for those whose fate the
/// caller must know. A client that the library declares broken is replaced. Owner: whoever made it calls ``close()``.
public final class KafkaProducer: Sendable {
    private let line: ProducerLine
    private let deliveryTimeout: Duration
    private let logger: Logger

    /// Starts the client and its thread; needs no broker.
    ///
    /// - Parameters:
    ///   - settings: where Kafka is.
    ///   - logger: hears of changes of state, not of single records.
    ///   - onFailure: told of each record given to ``send(_:)`` that was accepted and then not delivered; called on the
    ///     client's thread, must not block.
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)``, or what kept the client from starting.
    public convenience init(
        settings: KafkaSettings, logger: Logger, onFailure: @escaping @Sendable (KafkaError) -> Void = { _ in }
    ) throws {
        try self.init(
            settings: settings, logger: logger, onFailure: onFailure, connect: ProducerLine.connecting(settings))
    }

    /// The same with another way to make clients.
    init(
        settings: KafkaSettings, logger: Logger, onFailure: @escaping @Sendable (KafkaError) -> Void = { _ in },
        connect: @escaping ProducerLine.Connect
    ) throws {
        self.line = try ProducerLine(logger: logger, onFailure: onFailure, connect: connect)
        self.deliveryTimeout = settings.deliveryTimeout
        self.logger = logger
        let line = line
        try KafkaThread.start { line.run() }
    }

    /// What became of the records so far.
    public var counts: KafkaProducerCounts { line.counts }

    /// Hands a record over without waiting.
    ///
    /// - Returns: false when it was not taken: the local queue is full, the brokers do not answer, or the producer
    ///   closes. True promises nothing about delivery.
    @discardableResult
    public func send(_ message: KafkaMessage) -> Bool {
        do {
            try line.send(message)
            return true
        } catch {
            return false
        }
    }

    /// Counts a record that was dropped before it came here.
    func countRefused() { line.countRefused() }

    /// Sends records and waits for their delivery reports.
    ///
    /// - Parameters:
    ///   - messages: in the order wanted per partition.
    ///   - limit: how long to wait; default: the delivery timeout and a second.
    /// - Returns: one result for each record, in the same order; a record without report in time is
    ///   ``KafkaError/timedOut`` and may still arrive.
    public func deliver(
        _ messages: [KafkaMessage], within limit: Duration? = nil
    ) async -> [Result<KafkaPosition, KafkaError>] {
        let delivery = Delivery(count: messages.count)
        let tokens = messages.indices.map { line.send(messages[$0], reportTo: delivery, at: $0) }
        _ = await delivery.done.wait(upTo: limit ?? deliveryTimeout + .seconds(1))
        line.forget(tokens.compactMap { $0 })
        return delivery.results
    }

    /// Lets what waits go out, for at most two seconds, then ends the client. Returns within five seconds even when
    /// the library hangs; later calls find the producer closed.
    public func close() async {
        line.stop()
        if await !line.ended.wait(upTo: .seconds(5)) {
            logger.warning("kafka producer given up: it did not close in time")
        }
        line.abandon()
    }
}
