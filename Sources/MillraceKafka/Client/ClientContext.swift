import CLibrdkafka
import Logging
import MillraceDomain
import Synchronization

/// What the library's callbacks leave behind for the thread that polls: one object per client.
final class ClientContext: Sendable {
    /// A change of what this member of the group reads.
    enum Rebalance: Sendable {
        case assigned([TopicPartition])
        case revoked
    }

    let connection: KafkaConnection
    let onDelivery: @Sendable (rd_kafka_message_t) -> Void
    private let logger: Logger
    private let rebalances = Mutex<[Rebalance]>([])
    private let fatal = Mutex<String?>(nil)

    init(logger: Logger, onDelivery: @escaping @Sendable (rd_kafka_message_t) -> Void = { _ in }) {
        self.logger = logger
        self.onDelivery = onDelivery
        self.connection = KafkaConnection(logger: logger)
    }

    /// Why the client can no longer work, if so.
    var fatalReason: String? { fatal.withLock { $0 } }

    func logged(facility: String, line: String) {
        // The addresses lead to another cluster now. The library goes on with what it knew of the first one, so that
        // a client that has seen two is of no more use.
        if facility == "CLUSTERID" { fatal.withLock { $0 = line } }
        logger.debug("librdkafka", metadata: ["kafka.facility": "\(facility)", "kafka.line": "\(line)"])
    }

    func failed(_ code: rd_kafka_resp_err_t, reason: String) {
        switch code {
        case RD_KAFKA_RESP_ERR__FATAL: fatal.withLock { $0 = reason }
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: connection.suspect(reason)
        default:
            logger.debug("kafka client error", metadata: ["kafka.code": "\(code.rawValue)", "error": "\(reason)"])
        }
    }

    func rebalanced(_ change: Rebalance) {
        rebalances.withLock { $0.append(change) }
    }

    /// Hands over the changes since the last call, oldest first.
    func takeRebalances() -> [Rebalance] {
        rebalances.withLock { changes in
            defer { changes = [] }
            return changes
        }
    }
}
