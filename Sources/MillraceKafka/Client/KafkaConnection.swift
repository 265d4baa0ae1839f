import Logging
import Synchronization

/// Whether the brokers answer: said once per change, however often the library tries.
///
/// The library reports "all brokers down" also when it merely lost an idle connection, and never reports that they are
/// back; so a report is a suspicion, and the polling thread asks until the cluster answers.
final class KafkaConnection: Sendable {
    private enum Level { case up, suspect, down }

    private struct State {
        var level = Level.up
        var reason = ""
        var askedAt: ContinuousClock.Instant?
    }

    private static let askEvery = Duration.seconds(1)
    private static let answerLimit: Int32 = 500

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) {
        self.logger = logger
    }

    /// False once the brokers were found not to answer, until they do again.
    var isUp: Bool { state.withLock { $0.level != .down } }

    /// Takes the library's word that no broker is connected.
    func suspect(_ reason: String) {
        state.withLock { state in
            guard state.level == .up else { return }
            state.level = .suspect
            state.reason = reason
            state.askedAt = nil
        }
    }

    /// Takes a sign of life.
    func answered() {
        let before = state.withLock { state in
            defer { state.level = .up }
            return state.level
        }
        if before == .down { logger.info("kafka brokers answer again") }
    }

    /// While in doubt, asks the cluster, at most once a second. Blocks up to half a second: for the polling thread.
    func check(_ client: LibraryClient) {
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            guard state.level != .up else { return false }
            if let askedAt = state.askedAt, now - askedAt < Self.askEvery { return false }
            state.askedAt = now
            return true
        }
        guard isDue else { return }
        client.answers(within: Self.answerLimit) ? answered() : silent()
    }

    private func silent() {
        let news: String? = state.withLock { state in
            guard state.level == .suspect else { return nil }
            state.level = .down
            return state.reason
        }
        if let news { logger.warning("kafka brokers do not answer", metadata: ["error": "\(news)"]) }
    }
}
