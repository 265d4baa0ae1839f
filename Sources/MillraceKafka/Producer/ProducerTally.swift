import Logging
import Synchronization

/// Counts the fates of records, and says once when they turn bad and once when they turn good again.
final class ProducerTally: Sendable {
    private struct State {
        var counts = KafkaProducerCounts()
        var isFailing = false
    }

    private let logger: Logger
    private let onFailure: @Sendable (KafkaError) -> Void
    private let state = Mutex(State())

    init(logger: Logger, onFailure: @escaping @Sendable (KafkaError) -> Void) {
        self.logger = logger
        self.onFailure = onFailure
    }

    var counts: KafkaProducerCounts { state.withLock { $0.counts } }

    func refused() {
        state.withLock { $0.counts.refused += 1 }
    }

    /// Takes one delivery report. The caller of an awaited record hears of the failure itself.
    func reported(_ failure: KafkaError?, isAwaited: Bool) {
        let isNews = state.withLock { state in
            defer { state.isFailing = failure != nil }
            if failure == nil { state.counts.delivered += 1 } else { state.counts.failed += 1 }
            return state.isFailing != (failure != nil)
        }
        if let failure {
            if isNews { logger.warning("kafka delivery fails", metadata: ["error": "\(failure)"]) }
            if !isAwaited { onFailure(failure) }
        } else if isNews {
            logger.info("kafka delivery works again")
        }
    }
}
