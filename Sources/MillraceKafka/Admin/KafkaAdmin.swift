import CLibrdkafka
import Dispatch
public import Logging
import Synchronization

/// Asks the cluster questions and creates topics, on a thread of its own and within limits.
///
/// Owner: whoever made it calls ``close()``.
public final class KafkaAdmin: Sendable {
    private struct State {
        var isClosed = false
        var asked: (at: ContinuousClock.Instant, answered: Bool)?
        var question: Latch?
    }

    /// How long an answer to ``isReachable(within:)`` is good for.
    private static let memory = Duration.seconds(1)

    private let settings: KafkaSettings
    private let logger: Logger
    private let client: LibraryClient
    /// The library's questions block: they have this thread, one after the other.
    private let queue = DispatchQueue(label: "millrace.kafka.admin")
    private let state = Mutex(State())

    /// Starts the client; needs no broker.
    ///
    /// - Throws: ``KafkaError/invalidProperty(name:reason:)``, or what kept the client from starting.
    public init(settings: KafkaSettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        self.client = try LibraryClient(RD_KAFKA_PRODUCER, .admin(settings), ClientContext(logger: logger))
    }

    /// Whether a broker answers. The answer is remembered for a second, so that a probe costs nothing.
    ///
    /// - Parameter limit: how long to wait for an answer; none in time counts as no.
    public func isReachable(within limit: Duration = .seconds(1)) async -> Bool {
        let question: Latch? = state.withLock { state in
            if state.isClosed { return nil }
            if let asked = state.asked, ContinuousClock.now - asked.at < Self.memory { return nil }
            if let question = state.question { return question }
            let question = Latch()
            state.question = question
            queue.async { self.ask(question, limit) }
            return question
        }
        if let question, await !question.wait(upTo: limit + .milliseconds(100)) { return false }
        return state.withLock { !$0.isClosed && $0.asked?.answered ?? false }
    }

    /// Makes sure that these topics exist: those that are missing are created with the configured partitions, kept by
    /// time and never compacted.
    ///
    /// Where the cluster has no topic administration the topics are asked for, so that it creates them by itself.
    /// - Throws: ``KafkaError``: the first topic's failure, or ``KafkaError/timedOut``.
    public func ensureTopics(_ names: [String], within limit: Duration = .seconds(5)) async throws {
        guard !names.isEmpty else { return }
        let failure: KafkaError? = await withCheckedContinuation { continuation in
            queue.async {
                if self.state.withLock({ $0.isClosed }) { return continuation.resume(returning: .closed) }
                let limit = max(1, limit.wholeMilliseconds)
                continuation.resume(returning: TopicCreation(self.client, self.settings).ensure(names, limit))
            }
        }
        if let failure { throw failure }
    }

    /// Creates a topic if it is missing and then says on the client's own thread whether it is there.
    func ensureTopic(_ name: String, _ done: @escaping @Sendable (_ isThere: Bool) -> Void) {
        queue.async {
            var isThere = false
            if self.state.withLock({ !$0.isClosed }) {
                let failure = TopicCreation(self.client, self.settings).ensure([name], 2_000)
                isThere = failure == nil
                if let failure {
                    self.logger.warning(
                        "kafka topic not ensured", metadata: ["kafka.topic": "\(name)", "error": "\(failure)"])
                }
            }
            done(isThere)
        }
    }

    /// Ends the client, after the question under way. Returns within five seconds even when the library hangs.
    public func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        let ended = Latch()
        queue.async {
            self.client.destroy()
            ended.open()
        }
        if await !ended.wait(upTo: .seconds(5)) {
            logger.warning("kafka admin client given up: it did not close in time")
        }
    }

    private func ask(_ question: Latch, _ limit: Duration) {
        let isOpen = state.withLock { !$0.isClosed }
        let answered = isOpen && client.answers(within: max(1, limit.wholeMilliseconds))
        state.withLock { state in
            state.asked = (.now, answered)
            state.question = nil
        }
        question.open()
    }
}
